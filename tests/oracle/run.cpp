#include "run.h"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "case_file.h"

namespace veilwire::oracle {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatchBlocks = 50;
// Of one request, which a node takes up to 32 MiB of: the blocks are sent as hexadecimal.
constexpr std::size_t kBatchBytes = 8'000'000;

// Each instance has a chain of its own.
std::uint64_t seed_of(const Instance& instance, std::uint64_t seed) {
  for (const char letter : instance.name) seed = seed * 257 + static_cast<std::uint8_t>(letter);
  return seed;
}

FundedChain make_chain(const Instance& instance, std::uint64_t seed) {
  Dice dice(seed_of(instance, seed));
  return FundedChain(instance, dice);
}

// What is being judged, for whoever looks for the block on which we crash: it follows from these.
const char* volatile judged_instance = "";
volatile std::uint64_t judged_number = 0;

extern "C" void say_what_was_judged(int signal) {
  std::array<char, 100> text{};
  const int size = std::snprintf(text.data(), text.size(), "\nCRASH: on block %llu of %s\n",
                                 static_cast<unsigned long long>(judged_number), judged_instance);
  if (write(STDOUT_FILENO, text.data(), static_cast<std::size_t>(size)) < 0) _exit(signal);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

class Progress {
 public:
  explicit Progress(std::chrono::duration<double> whole) : whole_(whole) {}

  void show(const Tally& tally) {
    const auto now = Clock::now();
    if (isatty(STDERR_FILENO) == 0 || now - shown_ < std::chrono::milliseconds(500)) return;
    shown_ = now;
    const std::chrono::duration<double> passed = now - start_;
    const auto verdicts = static_cast<double>(tally.verdicts());
    std::fprintf(stderr, "\r%.0f of %.0f s, %.0f verdicts, %.0f a second, %llu differences ",
                 passed.count(), whole_.count(), verdicts, verdicts / passed.count(),
                 static_cast<unsigned long long>(tally.differences()));
  }
  void erase() const {
    if (isatty(STDERR_FILENO) != 0) std::fprintf(stderr, "\r%79s\r", "");
  }

 private:
  std::chrono::duration<double> whole_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_{};
};

// The order in which batches are made: no instance twice in a row where there are several, so that
// one node works while the next one's batch is made.
std::vector<std::size_t> order_of(std::deque<Bench>& benches) {
  std::vector<std::size_t> order;
  for (std::size_t i = 1; i < benches.size(); ++i) order.insert(order.end(), {0, i});
  if (order.empty()) order.push_back(0);
  return order;
}

}  // namespace

void feed(Node& node, const Chain& chain) {
  node.set_clock(chain.now());
  for (std::size_t i = 0; i < chain.blocks().size(); ++i) {
    const NodeVerdict verdict = node.submit(chain.blocks()[i]);
    if (verdict != kNodeValid) {
      throw std::runtime_error("the node refuses block " + std::to_string(i + 1) +
                               " of the chain: " + verdict);
    }
  }
}

Bench::Bench(const Instance& instance, std::unique_ptr<Node> node, const RunOptions& options)
    : instance_(instance),
      node_(std::move(node)),
      options_(options),
      funded_(make_chain(instance, options.seed)) {
  feed(*node_, funded_.chain());
}

void Bench::begin() {
  std::vector<Bytes> blocks;
  std::size_t bytes = 0;
  while (blocks.size() < kBatchBlocks && bytes < kBatchBytes) {
    proposals_.push_back(make_proposal(funded_, seed_of(instance_, options_.seed), next_++));
    bytes += proposals_.back().block.size();
    blocks.push_back(proposals_.back().block);
  }
  node_->begin_proposals(blocks);
  judged_instance = instance_.name.data();
  for (const Proposal& proposal : proposals_) {
    judged_number = proposal.number;
    ours_.push_back(funded_.chain().judge(proposal.block));
  }
}

void Bench::end(Tally& tally) {
  const std::vector<NodeVerdict> verdicts = node_->end_proposals();
  if (verdicts.size() != proposals_.size()) throw std::runtime_error("not as many answers");
  for (std::size_t i = 0; i < verdicts.size(); ++i) compare(i, verdicts[i], tally);
  proposals_.clear();
  ours_.clear();
}

void Bench::compare(std::size_t place, const NodeVerdict& node, Tally& tally) {
  const Proposal& proposal = proposals_[place];
  const OurVerdict& ours = ours_[place];
  tally.add(proposal, ours, node);
  if (ours.valid == (node == kNodeValid)) return;
  tally.add_difference();
  const Case what{.instance = std::string(instance_.name),
                  .seed = options_.seed,
                  .number = proposal.number,
                  .mutations = {proposal.mutations.begin(), proposal.mutations.end()},
                  .chain = funded_.chain().blocks(),
                  .block = proposal.block,
                  .ours = ours.reason,
                  .node = node};
  std::filesystem::create_directories(options_.cases);
  const std::string path = options_.cases + "/" + what.instance + "_" + std::to_string(what.seed) +
                           "_" + std::to_string(what.number) + ".json";
  write_case(path, what, funded_.chain());
  std::cout << "DIFFERENCE: we say " << what.ours << ", the node says " << what.node << ": " << path
            << std::endl;
}

Tally run(std::deque<Bench>& benches, const RunOptions& options) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE}) std::signal(signal, say_what_was_judged);
  Tally tally;
  Progress progress(options.time);
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(options.time);
  const std::vector<std::size_t> order = order_of(benches);
  Bench* last = nullptr;
  for (std::size_t turn = 0; Clock::now() < deadline; ++turn) {
    Bench& bench = benches[order[turn % order.size()]];
    if (bench.is_under_way()) bench.end(tally);
    bench.begin();
    if (last != nullptr && last->is_under_way() && last != &bench) last->end(tally);
    last = &bench;
    progress.show(tally);
  }
  for (Bench& bench : benches) {
    if (bench.is_under_way()) bench.end(tally);
  }
  progress.erase();
  return tally;
}

}  // namespace veilwire::oracle

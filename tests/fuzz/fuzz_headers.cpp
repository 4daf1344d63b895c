// One peer's headers and the tree that they go to, beside a naive tree: whatever the peer sends and
// whatever is said of its blocks, both agree on the best header and the best block, memory keeps
// its bound, a machine that has ended asks nothing more, and headers that have not shown their work
// are not kept.

#include <vector>

#include "fuzz_input.h"
#include "veilwire/chain/header_sync.h"
#include "veilwire/chain/testing/naive_tree.h"
#include "veilwire/chain/testing/small_presync.h"
#include "veilwire/crypto/seeded_entropy.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::chain;
namespace doubles = veilwire::chain::testing;

constexpr std::uint32_t kTrunk = 2 * wire::kMaxHeaders + 60;
// A naive tree looks at every chain each time, which is too slow for long ones.
constexpr std::size_t kShort = 40;

// A trunk of two full messages, and a fork from near its beginning, from its middle and from its
// end.
const std::vector<std::vector<HashedHeader>>& chains() {
  static const auto all = [] {
    const auto trunk = doubles::mined_chain(doubles::regtest().genesis.hash,
                                            doubles::regtest().genesis.time, kTrunk);
    std::vector<std::vector<HashedHeader>> chains{trunk};
    for (const std::size_t at : {std::size_t{10}, std::size_t{1990}, std::size_t{kTrunk - 30}}) {
      chains.push_back(doubles::forked(trunk, at));
    }
    return chains;
  }();
  return all;
}

class HeadersAndPeer {
 public:
  explicit HeadersAndPeer(FuzzInput input) : input_(input) {
    const std::uint32_t required[] = {0, 20, wire::kMaxHeaders - 1, wire::kMaxHeaders + 500,
                                      2 * kTrunk};
    required_ = required[input_.below(5)];
    moment_.required_work = doubles::work_of_blocks(required_);
    moment_.wall = network_.genesis.time + std::chrono::minutes(kTrunk) -
                   std::chrono::minutes(input_.number() % 300);
  }

  void run() {
    for (int steps = 0; !input_.empty() && steps < 60; ++steps) {
      step();
      take_actions();
      check();
    }
  }

 private:
  void step() {
    switch (input_.below(6)) {
      case 0:
        return sync_.start(moment_);
      case 1:
        moment_.now += std::chrono::seconds(input_.number());
        return sync_.on_deadline(moment_);
      case 2:
      case 3:
        return send();
      default:
        return judge();
    }
  }

  // A part of a chain, as long as a full message or short, perhaps with one header changed.
  void send() {
    const auto& chain = chains()[input_.below(chains().size())];
    const std::size_t from = input_.yes() ? wire::kMaxHeaders * input_.below(3) : input_.below(60);
    const std::size_t count = input_.yes() ? wire::kMaxHeaders : input_.below(kShort);
    const auto rest = std::span(chain).subspan(std::min(from, chain.size()));
    auto headers = doubles::headers_of(rest.first(std::min(count, rest.size())));
    if (!headers.empty() && input_.below(4) == 0) damage(headers[input_.below(headers.size())]);
    sync_.on_headers(moment_, headers);
  }
  void damage(wire::BlockHeader& header) {
    const std::uint8_t how = input_.byte();
    if (how % 4 == 0) header.nonce += how;
    if (how % 4 == 1) header.bits ^= 1u << how % 32;
    if (how % 4 == 2) header.time += std::chrono::hours(how);
    if (how % 4 == 3) header.previous[how % 32] ^= 1;
    if (how >= 128 && header.bits == network_.genesis.bits) header = doubles::mined(header).header;
  }

  void judge() {
    const std::size_t size = tree_.nodes().size();
    const NodeIndex index =
        NodeIndex::of(static_cast<std::uint32_t>(input_.below(std::min<std::size_t>(size, 256))));
    const std::uint8_t what = input_.byte();
    if (index == kGenesisIndex) return;
    say_of(index, what % 5);
    if (size <= kMostCompared) naively_say_of(tree_.nodes()[index].hash, what % 5);
  }
  void say_of(NodeIndex index, int what) {
    if (what <= 1) tree_.set_data_here(index);
    if (what == 2) tree_.refuse(index, {.reason = consensus::Reason::kBadMerkleRoot});
    if (what == 3) tree_.refuse(index, {.reason = consensus::Reason::kScriptFailed});
    if (what == 4) tree_.reconsider(index);
  }
  void naively_say_of(const Hash256& hash, int what) {
    catch_up();
    if (what <= 1) naive_.set_data(hash);
    if (what == 2) naive_.drop_data(hash);
    if (what == 3) naive_.set_failed(hash);
    if (what == 4) naive_.reconsider(hash);
  }

  // The naive tree takes what has come into the tree since.
  void catch_up() {
    for (; known_.value() < tree_.nodes().size(); known_ = known_.next()) {
      naive_.add({tree_.nodes().header(known_), tree_.nodes()[known_].hash});
    }
  }

  void take_actions() {
    const bool had_ended = has_ended_;
    while (const auto action = sync_.poll_action()) {
      FUZZ_REQUIRE(!had_ended, "a machine that has ended is silent");
      const auto* ended = std::get_if<HeaderSyncEnded>(&*action);
      if (ended != nullptr && ended->why != HeaderSyncEnd::kTooLittleWork) has_ended_ = true;
      if (ended != nullptr) FUZZ_REQUIRE(!header_sync_end_text(ended->why).empty(), "it says why");
    }
    FUZZ_REQUIRE(has_ended_ == (sync_.state() == HeaderSync::State::kEnded), "and says so");
    FUZZ_REQUIRE(!has_ended_ || !sync_.next_deadline(), "it waits for nothing then");
  }

  void check() {
    const PresyncStart start{.median_time = network_.genesis.time};
    FUZZ_REQUIRE(sync_.bytes() <= Presync::most_bytes(network_, start, moment_.wall),
                 "memory keeps its bound");
    const ChainWork best = tree_.nodes()[tree_.best_header()].work;
    FUZZ_REQUIRE(required_ < 2 * kTrunk || tree_.nodes().size() == 1,
                 "what has not shown its work is not kept");
    if (tree_.nodes().size() > kMostCompared) return;
    catch_up();
    FUZZ_REQUIRE(tree_.nodes()[tree_.best_header()].hash == naive_.best_header(),
                 "the best header is the naive one's");
    FUZZ_REQUIRE(tree_.nodes()[tree_.best_block()].hash == naive_.best_block(),
                 "the best block is the naive one's");
    FUZZ_REQUIRE(tree_.nodes()[tree_.best_block()].work <= best, "no block is without its header");
  }

  static constexpr std::size_t kMostCompared = 64;

  FuzzInput input_;
  protocol::Network network_ = doubles::small_network();
  std::uint32_t required_ = 0;
  crypto::SeededEntropy entropy_{3};
  HeaderTree tree_{network_, 5};
  HeaderSync sync_{tree_, entropy_};
  HeaderSyncMoment moment_{};
  doubles::NaiveTree naive_{network_};
  NodeIndex known_ = kGenesisIndex.next();
  bool has_ended_ = false;
};

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::HeadersAndPeer(veilwire::fuzz::FuzzInput(data, size)).run();
  return 0;
}

#include "veilwire/chain/header_sync.h"

#include <algorithm>

#include "veilwire/base/take_first.h"
#include "veilwire/chain/branch.h"
#include "veilwire/chain/header_hashes.h"
#include "veilwire/chain/walks.h"
#include "veilwire/consensus/header_check.h"
#include "veilwire/consensus/limits.h"
#include "veilwire/wire/headers.h"

namespace veilwire::chain {
namespace {

// A day of blocks, which a fork may be behind before it has to show its work.
constexpr std::uint32_t kForkBlocks = 144;
// Messages that stand on nothing of ours, one after the other: a block that is announced while we
// ask is one. Our locator ends with the genesis block, so that an answer always stands on
// something.
constexpr std::uint32_t kMostUnconnected = 10;

bool follow_each_other(std::span<const HashedHeader> headers) {
  for (std::size_t i = 1; i < headers.size(); ++i) {
    if (headers[i].header.previous != headers[i - 1].hash) return false;
  }
  return true;
}

ChainWork work_after(ChainWork work, std::span<const HashedHeader> headers) {
  WorkOfBits work_of;
  for (const HashedHeader& header : headers) work += work_of(header.header.bits);
  return work;
}

}  // namespace

ChainWork required_work(const HeaderTree& tree, NodeIndex active_tip,
                        const ChainWork& minimum_work) {
  const HeaderNode& tip = tree.nodes()[active_tip];
  const ChainWork day = ChainWork(consensus::work_of(tip.bits)) * kForkBlocks;
  return std::max(tip.work - day, minimum_work);
}

HeaderSync::HeaderSync(HeaderTree& tree, Entropy& entropy, const HeaderSyncTimes& times)
    : tree_(tree), entropy_(entropy), times_(times) {}

// -- Asking ---------------------------------------------------------------------------------------

void HeaderSync::start(const HeaderSyncMoment& moment) {
  if (state_ == State::kIdle) ask_from_best(moment);
}

// From its parent on: the answer of a peer that has nothing more is then our best header, and we know
// that he has it.
void HeaderSync::ask_from_best(const HeaderSyncMoment& moment) {
  state_ = State::kAsking;
  ask(moment, locator(tree_.nodes(), tree_.nodes()[tree_.best_header()].parent));
}

void HeaderSync::ask(const HeaderSyncMoment& moment, std::vector<Hash256> locator) {
  reply_by_ = moment.now + times_.reply;
  if (!whole_by_) {
    const UnixTime best = from_unix_seconds(tree_.nodes()[tree_.best_header()].time);
    const auto expected = std::max<std::int64_t>((moment.wall - best) / tree_.network().spacing, 0);
    whole_by_ = moment.now + times_.whole + expected * times_.each_header;
  }
  actions_.push_back(AskForHeaders{std::move(locator)});
}

void HeaderSync::become_idle() {
  state_ = State::kIdle;
  reply_by_.reset();
  whole_by_.reset();
  reached_.reset();
  presync_.reset();
}

void HeaderSync::end(HeaderSyncEnd why, std::optional<HeaderRefusal> refusal) {
  become_idle();
  if (why != HeaderSyncEnd::kTooLittleWork) state_ = State::kEnded;
  actions_.push_back(HeaderSyncEnded{why, refusal});
}

void HeaderSync::on_deadline(const HeaderSyncMoment& moment) {
  if (whole_by_ && moment.now >= *whole_by_) return end(HeaderSyncEnd::kTooSlow);
  if (reply_by_ && moment.now >= *reply_by_) return end(HeaderSyncEnd::kSilent);
}

std::optional<TimePoint> HeaderSync::next_deadline() const {
  if (whole_by_ && reply_by_) return std::min(*whole_by_, *reply_by_);
  return whole_by_ ? whole_by_ : reply_by_;
}

std::optional<HeaderSyncAction> HeaderSync::poll_action() { return take_first(actions_); }

// -- Answers --------------------------------------------------------------------------------------

void HeaderSync::on_headers(const HeaderSyncMoment& moment,
                            std::span<const wire::BlockHeader> headers) {
  if (state_ == State::kEnded) return;
  if (headers.empty() && !presync_) return become_idle();
  if (presync_ && is_announcement(headers)) return;
  const std::vector<HashedHeader> hashed_headers = hashed(headers);
  if (!follow_each_other(hashed_headers)) return end(HeaderSyncEnd::kNotInARow);
  if (presync_) return to_presync(moment, hashed_headers);
  if (!have_work_of_their_own(hashed_headers)) return end(HeaderSyncEnd::kHighHash);
  const auto parent = tree_.nodes().find(headers.front().previous);
  if (!parent) return on_unconnected(moment);
  unconnected_in_a_row_ = 0;
  on_connected(moment, *parent, hashed_headers);
}

// Of a new block, while its chain has yet to show its work: no answer to what was asked.
bool HeaderSync::is_announcement(std::span<const wire::BlockHeader> headers) const {
  return !headers.empty() && headers.size() < wire::kMaxHeaders &&
         headers.front().previous != presync_->last();
}

bool HeaderSync::have_work_of_their_own(std::span<const HashedHeader> headers) const {
  return std::ranges::all_of(headers, [&](const HashedHeader& each) {
    return consensus::has_work(tree_.network(), each.header, each.hash);
  });
}

// A block was announced whose parents we have not heard of; or children of one that came too early.
void HeaderSync::on_unconnected(const HeaderSyncMoment& moment) {
  if (++unconnected_in_a_row_ > kMostUnconnected) return end(HeaderSyncEnd::kUnconnected);
  if (state_ == State::kIdle) ask_from_best(moment);
}

void HeaderSync::on_connected(const HeaderSyncMoment& moment, NodeIndex parent,
                              std::span<const HashedHeader> headers) {
  const bool is_known = tree_.nodes().find(headers.back().hash).has_value();
  const bool has_enough = work_after(tree_.nodes()[parent].work, headers) >= moment.required_work;
  if (!is_known && !has_enough) return begin_presync(moment, parent, headers);
  if (!to_tree(moment.wall, headers)) return;
  go_on(moment, *tree_.nodes().find(headers.back().hash), headers.size());
}

bool HeaderSync::to_tree(UnixTime wall, std::span<const HashedHeader> headers) {
  const AddedRun run = tree_.add(headers, wall);
  if (run.taken > 0) actions_.push_back(HeadersTaken{run.taken, *run.last});
  if (run.refusal) on_refused(headers[run.taken], *run.refusal);
  return !run.refusal;
}

void HeaderSync::on_refused(const HashedHeader& header, const HeaderRefusal& refusal) {
  if (refusal.kind == HeaderRefusal::Kind::kTreeFull) return end(HeaderSyncEnd::kTreeFull);
  if (refusal.is_fault()) return end(HeaderSyncEnd::kBreaksRule, refusal);
  become_idle();
  actions_.push_back(AskAgainAt{header.header.time - consensus::kMaxFutureBlockTime});
}

// A full message has more behind it.
void HeaderSync::go_on(const HeaderSyncMoment& moment, NodeIndex last, std::size_t message_size) {
  if (message_size < wire::kMaxHeaders) return become_idle();
  const protocol::Height height = tree_.nodes()[last].height;
  if (reached_ && height <= *reached_) return end(HeaderSyncEnd::kNoProgress);
  reached_ = height;
  state_ = State::kAsking;
  ask(moment, locator(tree_.nodes(), last));
}

// -- Presync --------------------------------------------------------------------------------------

void HeaderSync::begin_presync(const HeaderSyncMoment& moment, NodeIndex parent,
                               std::span<const HashedHeader> headers) {
  if (headers.size() < wire::kMaxHeaders) return end(HeaderSyncEnd::kTooLittleWork);
  const HeaderNode& node = tree_.nodes()[parent];
  const Branch branch(tree_.nodes(), parent);
  const PresyncStart start{.hash = node.hash,
                           .height = node.height,
                           .bits = node.bits,
                           .work = node.work,
                           .median_time = consensus::median_time_past(branch, node.height)};
  auto presync =
      Presync::begin(tree_.network(), start, moment.required_work, moment.wall, entropy_);
  if (!presync) return end(HeaderSyncEnd::kNoEntropy);
  presync_.emplace(std::move(*presync));
  to_presync(moment, headers);
}

void HeaderSync::to_presync(const HeaderSyncMoment& moment, std::span<const HashedHeader> headers) {
  const auto released = presync_->on_headers(headers);
  if (!released) return end(released.error());
  if (!released->empty() && !to_tree(moment.wall, *released)) return;
  if (presync_->phase() == Presync::Phase::kDone) {
    presync_.reset();
    return go_on(moment, *tree_.nodes().find(released->back().hash), headers.size());
  }
  state_ =
      presync_->phase() == Presync::Phase::kCommitting ? State::kCommitting : State::kRedownloading;
  // The start's locator too, in case that the peer has left the chain since.
  const auto start = tree_.nodes().find(presync_->start().hash);
  std::vector<Hash256> hashes = locator(tree_.nodes(), start.value_or(kGenesisIndex));
  if (presync_->last() != hashes.front()) hashes.insert(hashes.begin(), presync_->last());
  ask(moment, std::move(hashes));
}

}  // namespace veilwire::chain

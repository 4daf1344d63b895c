#include "veilwire/chain/header_tree.h"

#include <algorithm>
#include <set>

#include "veilwire/chain/branch.h"
#include "veilwire/chain/header_hashes.h"
#include "veilwire/consensus/header_check.h"

namespace veilwire::chain {
namespace {

using consensus::Reason;
using Kind = HeaderRefusal::Kind;

HeaderRefusal breaks(Reason reason) { return {Kind::kBreaksRule, reason}; }
HeaderRefusal refused(Kind kind) { return {.kind = kind}; }

}  // namespace

HeaderTree::HeaderTree(const protocol::Network& network, std::uint64_t salt)
    : network_(network), nodes_(network, salt) {
  standings_.push_back({.sequence = ++last_sequence_, .flags = kData | kConnected});
}

// -- Headers in -----------------------------------------------------------------------------------

std::expected<Added, HeaderRefusal> HeaderTree::add(const wire::BlockHeader& header, UnixTime now) {
  return add(HashedHeader{header, header.hash()}, now);
}

// Not inlined: where GCC 12 sees an expected being copied, it takes the unused bytes of its smaller
// alternative for a mistake.
[[gnu::noinline]] std::expected<Added, HeaderRefusal> HeaderTree::add(const HashedHeader& header,
                                                                      UnixTime now) {
  if (const auto known = nodes_.find(header.hash)) {
    if (standings_[*known].has(kFailed)) return std::unexpected(refused(Kind::kKnownInvalid));
    if (standings_[*known].has(kBad)) return std::unexpected(refused(Kind::kInvalidParent));
    return Added{*known, Added::Novelty::kKnown};
  }
  if (!consensus::has_work(network_, header.header, header.hash)) {
    return std::unexpected(breaks(Reason::kHighHash));
  }
  const auto parent = nodes_.find(header.header.previous);
  if (!parent) return std::unexpected(refused(Kind::kUnknownParent));
  if (const auto refusal = refusal_after(*parent, header.header, now)) {
    return std::unexpected(*refusal);
  }
  return Added{append(header, *parent), Added::Novelty::kNew};
}

std::optional<HeaderRefusal> HeaderTree::refusal_after(NodeIndex parent,
                                                       const wire::BlockHeader& header,
                                                       UnixTime now) const {
  if (standings_[parent].has(kBad)) return refused(Kind::kInvalidParent);
  const Branch branch(nodes_, parent);
  const auto context = consensus::BlockContext::of(network_, branch, header);
  if (const auto reason = consensus::check_header(header, context)) return breaks(*reason);
  if (consensus::is_too_new(header, now)) return breaks(Reason::kTimeTooNew);
  if (nodes_.is_full()) return refused(Kind::kTreeFull);
  return std::nullopt;
}

AddedRun HeaderTree::add(std::span<const wire::BlockHeader> headers, UnixTime now) {
  return add(std::span<const HashedHeader>(hashed(headers)), now);
}

AddedRun HeaderTree::add(std::span<const HashedHeader> headers, UnixTime now) {
  AddedRun run;
  for (const HashedHeader& header : headers) nodes_.prefetch(header.hash);
  for (const HashedHeader& header : headers) {
    const auto added = add(header, now);
    if (!added) {
      run.refusal = added.error();
      break;
    }
    run.last = added->index;
    ++run.taken;
  }
  return run;
}

NodeIndex HeaderTree::append(const HashedHeader& header, NodeIndex parent) {
  const NodeIndex index = nodes_.append(header, parent);
  standings_.push_back({});
  derive_failure(index);
  consider(index);
  return index;
}

std::optional<NodeIndex> HeaderTree::restore(const HashedHeader& header) {
  const auto parent = nodes_.find(header.header.previous);
  if (!parent || nodes_.is_full() || nodes_.find(header.hash)) return std::nullopt;
  return append(header, *parent);
}

void HeaderTree::restore_standings(const StableArray<StoredStanding>& standings) {
  for (NodeIndex at = kGenesisIndex.next(); at.value() < nodes_.size(); at = at.next()) {
    const bool is_told = at.value() < standings.size();
    if (is_told && standings[at].has_failed) standings_[at].set(kFailed);
    derive_failure(at);
    if (is_told) restore_data(at, standings[at]);
  }
  find_bests();
}

void HeaderTree::restore_data(NodeIndex index, const StoredStanding& standing) {
  if (standing.sequence != kNotWhole && is_whole(nodes_[index].parent)) {
    standings_[index].sequence = standing.sequence;
    last_sequence_ = std::max(last_sequence_, standing.sequence);
    if (standing.data == StoredStanding::Data::kConnected) standings_[index].set(kConnected);
  }
  if (standing.data != StoredStanding::Data::kAbsent) set_data_here(index);
}

// -- What is learned of blocks --------------------------------------------------------------------

void HeaderTree::set_data_here(NodeIndex index) {
  Standing& standing = standings_[index];
  if (standing.has(kData)) return;
  standing.set(kData);
  if (is_whole(index)) return;
  if (is_whole(nodes_[index].parent)) {
    make_whole(index);
  } else {
    waiting_.emplace(nodes_[index].parent, index);
  }
}

// With everything that waited for it, in the order of the headers, which has parents first.
void HeaderTree::make_whole(NodeIndex index) {
  std::set<NodeIndex> next{index};
  while (!next.empty()) {
    const NodeIndex at = next.extract(next.begin()).value();
    standings_[at].sequence = ++last_sequence_;
    consider(at);
    const auto [begin, end] = waiting_.equal_range(at);
    for (auto each = begin; each != end; ++each) next.insert(each->second);
    waiting_.erase(begin, end);
  }
}

void HeaderTree::drop_data(NodeIndex index) {
  Standing& standing = standings_[index];
  if (!standing.has(kData)) return;
  standing.clear(kData);
  if (standing.has(kConnected)) return;
  stop_waiting(index);
  if (is_whole(index)) derive_from(index);
}

void HeaderTree::stop_waiting(NodeIndex index) {
  const auto [begin, end] = waiting_.equal_range(nodes_[index].parent);
  const auto found =
      std::find_if(begin, end, [&](const auto& each) { return each.second == index; });
  if (found != end) waiting_.erase(found);
}

void HeaderTree::set_connected(NodeIndex index) {
  if (is_whole(index)) standings_[index].set(kConnected);
}

void HeaderTree::unconnect(NodeIndex index) {
  if (index == kGenesisIndex) return;
  for (NodeIndex at = index; at.value() < nodes_.size(); at = at.next()) {
    if (standings_[at].has(kConnected) && nodes_.is_ancestor(index, at)) {
      standings_[at].clear(kConnected);
    }
  }
  derive_from(index);
}

void HeaderTree::refuse(NodeIndex index, const consensus::Failure& failure) {
  switch (failure.guilt) {
    case consensus::Guilt::kBlock:
      return invalidate(index);
    case consensus::Guilt::kCopy:
      return drop_data(index);
    case consensus::Guilt::kClock:
      return;
  }
}

void HeaderTree::invalidate(NodeIndex index) {
  if (index == kGenesisIndex) return;
  standings_[index].set(kFailed);
  derive_from(index);
}

void HeaderTree::reconsider(NodeIndex index) {
  for (NodeIndex at = index; at != kGenesisIndex; at = nodes_[at].parent) {
    standings_[at].clear(kFailed);
  }
  for (NodeIndex at = index; at.value() < nodes_.size(); at = at.next()) {
    if (standings_[at].has(kFailed) && nodes_.is_ancestor(index, at)) {
      standings_[at].clear(kFailed);
    }
  }
  derive_from(kGenesisIndex.next());
}

// -- What follows from it -------------------------------------------------------------------------

// Anew from `first` on, and both bests over all. A child has a greater index than its parent, so
// one pass does: about 10 ms for a million headers, and each failure has cost somebody a block's
// work.
void HeaderTree::derive_from(NodeIndex first) {
  for (NodeIndex at = first; at.value() < nodes_.size(); at = at.next()) {
    derive_failure(at);
    derive_wholeness(at);
  }
  find_bests();
}

void HeaderTree::find_bests() {
  best_header_ = best_block_ = kGenesisIndex;
  for (NodeIndex at = kGenesisIndex; at.value() < nodes_.size(); at = at.next()) consider(at);
}

void HeaderTree::derive_failure(NodeIndex index) {
  Standing& standing = standings_[index];
  standing.clear(kAncestorFailed);
  if (standings_[nodes_[index].parent].has(kBad)) standing.set(kAncestorFailed);
}

// What was whole may not be any more. It is never the other way round here.
void HeaderTree::derive_wholeness(NodeIndex index) {
  Standing& standing = standings_[index];
  if (!is_whole(index) || standing.has(kConnected)) return;
  const bool parent_is_whole = is_whole(nodes_[index].parent);
  if (parent_is_whole && standing.has(kData)) return;
  standing.sequence = kNotWhole;
  if (standing.has(kData)) waiting_.emplace(nodes_[index].parent, index);
}

// For the two bests.
void HeaderTree::consider(NodeIndex index) {
  if (standings_[index].has(kBad)) return;
  if (nodes_[index].work > nodes_[best_header_].work) best_header_ = index;
  if (is_whole(index) && is_better_block(index, best_block_)) best_block_ = index;
}

bool HeaderTree::is_better_block(NodeIndex a, NodeIndex than) const {
  const ChainWork& work = nodes_[a].work;
  const ChainWork& other = nodes_[than].work;
  return work != other ? work > other : standings_[a].sequence < standings_[than].sequence;
}

// -- Questions ------------------------------------------------------------------------------------

Blame HeaderTree::blame(NodeIndex index) const {
  const Standing& standing = standings_[index];
  if (standing.has(kFailed)) return Blame::kOwnFault;
  return standing.has(kAncestorFailed) ? Blame::kAncestors : Blame::kNone;
}

StoredStanding HeaderTree::standing(NodeIndex index) const {
  const Standing& standing = standings_[index];
  using Data = StoredStanding::Data;
  const Data data = standing.has(kData) ? Data::kHere : Data::kAbsent;
  return {.data = standing.has(kConnected) ? Data::kConnected : data,
          .has_failed = standing.has(kFailed),
          .sequence = standing.sequence};
}

}  // namespace veilwire::chain

#include "veilwire/sync/block_download.h"

#include <algorithm>

#include "veilwire/base/deadline.h"
#include "veilwire/chain/walks.h"

namespace veilwire::sync {

using chain::NodeIndex;
using peer::PeerId;

namespace {

// What a peer with NODE_NETWORK_LIMITED has (BIP 159), less two, since it may have moved on meanwhile.
constexpr std::uint32_t kLatestBlocks = 288 - 2;

// So many peers at once are asked for one block.
constexpr std::size_t kAskedForOne = 2;

}  // namespace

BlockDownload::BlockDownload(const chain::HeaderTree& tree, const DownloadLimits& limits)
    : tree_(tree), limits_(limits), stall_time_(limits.stall_at_first) {}

// -- What happened ----------------------------------------------------------------------------------

void BlockDownload::add_peer(PeerId id, const DownloadPeer& peer) { peers_[id].facts = peer; }

void BlockDownload::remove_peer(TimePoint now, PeerId id) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  drop_requests(id, found->second);
  peers_.erase(found);
  ask_all(now);
}

void BlockDownload::on_peer_has(TimePoint now, PeerId id, NodeIndex block) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  NodeIndex& best = found->second.best;
  if (tree_.nodes()[block].work <= tree_.nodes()[best].work) return;
  best = block;
  ask_all(now);
}

bool BlockDownload::on_block(TimePoint now, PeerId id, NodeIndex block) {
  const auto found = peers_.find(id);
  return found != peers_.end() && drop_request(now, id, found->second, block);
}

void BlockDownload::on_accepted(TimePoint now, NodeIndex block) {
  if (const auto asked = asked_.find(block); asked != asked_.end()) {
    const std::vector<PeerId> peers = asked->second.peers;
    for (const PeerId id : peers) drop_request(now, id, peers_.at(id), block);
  }
  ask_all(now);
}

void BlockDownload::on_lacking(TimePoint now, PeerId id, NodeIndex block) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  auto& lacks = found->second.lacks;
  std::erase_if(lacks, [now](const auto& lacked) { return lacked.second <= now; });
  if (lacks.size() < limits_.window) lacks[block] = deadline_after(now, limits_.ask_again);
  ask_all(now);
}

void BlockDownload::on_lost(TimePoint now) {
  for (auto& [_, peer] : peers_) peer.common = {};
  ask_all(now);
}

void BlockDownload::on_tip(TimePoint now, NodeIndex tip) {
  if (tree_.nodes()[tip].work > tree_.nodes()[tip_].work) {
    stall_time_ = std::max(limits_.stall_at_first, stall_time_ / 20 * 17);
  }
  tip_ = tip;
  ask_all(now);
}

void BlockDownload::on_deadline(TimePoint now) {
  for (auto& [id, peer] : peers_) {
    if (peer.stalling_since && now >= deadline_after(*peer.stalling_since, stall_time_)) {
      give_up(id, peer, GiveUp::Why::kStalls);
      stall_time_ = std::min(limits_.stall_at_most, 2 * stall_time_);
    } else if (!peer.requests.empty() && now >= slow_at(peer)) {
      give_up(id, peer, GiveUp::Why::kTooSlow);
    }
  }
  ask_all(now);
}

std::optional<DownloadAction> BlockDownload::poll_action() {
  if (actions_.empty()) return std::nullopt;
  DownloadAction action = std::move(actions_.front());
  actions_.pop_front();
  return action;
}

std::optional<TimePoint> BlockDownload::next_deadline() const {
  std::optional<TimePoint> next = retry_at_;
  for (const auto& [_, peer] : peers_) {
    if (peer.stalling_since)
      next = earlier(next, deadline_after(*peer.stalling_since, stall_time_));
    if (!peer.requests.empty()) next = earlier(next, slow_at(peer));
  }
  return next;
}

std::size_t BlockDownload::in_flight(PeerId id) const {
  const auto found = peers_.find(id);
  return found == peers_.end() ? 0 : found->second.requests.size();
}

// -- What is asked ----------------------------------------------------------------------------------

// First of peers that we chose. Others are asked where none of these is known to have as much.
void BlockDownload::ask_all(TimePoint now) {
  retry_at_.reset();
  const chain::HeaderNodes& nodes = tree_.nodes();
  chain::ChainWork preferred = nodes[chain::kGenesisIndex].work;
  for (auto& [id, peer] : peers_) {
    if (!peer.facts.is_preferred) continue;
    if (is_sure(peer)) preferred = std::max(preferred, nodes[peer.best].work);
    ask(now, id, peer);
  }
  for (auto& [id, peer] : peers_) {
    if (!peer.facts.is_preferred && nodes[peer.best].work > preferred) ask(now, id, peer);
  }
}

// It has all blocks of its chain, as far as we know.
bool BlockDownload::is_sure(const Peer& peer) const {
  return peer.facts.serves == Serves::kAll && !peer.is_given_up && peer.lacks.empty();
}

void BlockDownload::ask(TimePoint now, PeerId id, Peer& peer) {
  if (peer.is_given_up || peer.facts.serves == Serves::kNothing) return;
  if (peer.requests.size() >= limits_.in_flight || !has_more(peer)) return;
  const Wanted wanted = wanted_of(now, id, peer);
  if (wanted.staller) {
    auto& since = peers_.at(*wanted.staller).stalling_since;
    if (!since) since = now;
  }
  if (wanted.blocks.empty()) return;
  if (peer.requests.empty()) peer.oldest_since = now;
  for (const NodeIndex block : wanted.blocks) {
    peer.requests.push_back(block);
    Asked& asked = asked_[block];
    asked.peers.push_back(id);
    asked.last = now;
  }
  actions_.push_back(AskForBlocks{id, wanted.blocks});
}

bool BlockDownload::has_more(const Peer& peer) const {
  const chain::HeaderNodes& nodes = tree_.nodes();
  return nodes[peer.best].work >= nodes[tip_].work && !tree_.is_whole(peer.best);
}

// The blocks within the peer's window, of which the first is missing.
std::vector<NodeIndex> BlockDownload::window_of(Peer& peer) const {
  const chain::HeaderNodes& nodes = tree_.nodes();
  const NodeIndex nearer = nodes[tip_].work > nodes[peer.common].work ? tip_ : peer.common;
  peer.common = nodes.fork(nearer, peer.best);
  for (;;) {
    std::vector<NodeIndex> way = chain::path(nodes, peer.common, peer.best, limits_.window).on;
    const auto missing =
        std::ranges::find_if_not(way, [this](NodeIndex block) { return tree_.is_whole(block); });
    if (missing == way.begin()) return way;
    peer.common = *std::prev(missing);
  }
}

BlockDownload::Wanted BlockDownload::wanted_of(TimePoint now, PeerId id, Peer& peer) {
  const auto way = window_of(peer);
  const std::size_t room = limits_.in_flight - peer.requests.size();
  Wanted wanted;
  std::optional<PeerId> waited_for;
  bool is_first = true;  // of those that are missing
  for (const NodeIndex block : way) {
    if (tree_.blame(block) != chain::Blame::kNone) return wanted;
    if (tree_.has_data(block)) continue;
    if (may_ask(now, id, peer, block, is_first)) {
      wanted.blocks.push_back(block);
      if (wanted.blocks.size() == room) return wanted;
    }
    const auto asked = asked_.find(block);
    if (is_first && asked != asked_.end()) waited_for = asked->second.peers.front();
    is_first = false;
  }
  // The window is full, and does not move.
  const bool is_held_up = wanted.blocks.empty() && !way.empty() && way.back() != peer.best;
  if (is_held_up && waited_for && *waited_for != id) wanted.staller = waited_for;
  return wanted;
}

bool BlockDownload::may_ask(TimePoint now, PeerId id, const Peer& peer, NodeIndex block,
                            bool is_first) {
  const chain::HeaderNodes& nodes = tree_.nodes();
  if (peer.facts.serves == Serves::kLatest &&
      nodes[block].height.value() + kLatestBlocks < nodes[peer.best].height.value()) {
    return false;
  }
  if (const auto lacked = peer.lacks.find(block);
      lacked != peer.lacks.end() && lacked->second > now) {
    wake(lacked->second);
    return false;
  }
  const auto asked = asked_.find(block);
  if (asked == asked_.end()) return true;
  const auto& peers = asked->second.peers;
  if (!is_first || peers.size() >= kAskedForOne || std::ranges::find(peers, id) != peers.end()) {
    return false;
  }
  const TimePoint another_at = deadline_after(asked->second.last, limits_.ask_another);
  if (another_at > now) wake(another_at);
  return another_at <= now;
}

void BlockDownload::wake(TimePoint at) { retry_at_ = earlier(retry_at_, at); }

// -- What is asked no more ----------------------------------------------------------------------------

bool BlockDownload::drop_request(TimePoint now, PeerId id, Peer& peer, NodeIndex block) {
  const auto request = std::ranges::find(peer.requests, block);
  if (request == peer.requests.end()) return false;
  if (request == peer.requests.begin()) peer.oldest_since = now;
  peer.requests.erase(request);
  peer.stalling_since.reset();
  forget_asked(id, block);
  return true;
}

void BlockDownload::drop_requests(PeerId id, Peer& peer) {
  for (const NodeIndex block : peer.requests) forget_asked(id, block);
  peer.requests.clear();
  peer.stalling_since.reset();
}

void BlockDownload::forget_asked(PeerId id, NodeIndex block) {
  const auto asked = asked_.find(block);
  std::erase(asked->second.peers, id);
  if (asked->second.peers.empty()) asked_.erase(asked);
}

void BlockDownload::give_up(PeerId id, Peer& peer, GiveUp::Why why) {
  drop_requests(id, peer);
  peer.is_given_up = true;
  actions_.push_back(GiveUp{id, why});
}

TimePoint BlockDownload::slow_at(const Peer& peer) const {
  const auto senders =
      std::ranges::count_if(peers_, [](const auto& each) { return !each.second.requests.empty(); });
  const Duration time = limits_.block + (senders - 1) * limits_.block_for_each_other;
  return deadline_after(peer.oldest_since, time);
}

}  // namespace veilwire::sync

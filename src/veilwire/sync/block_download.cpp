#include "veilwire/sync/block_download.h"

#include <algorithm>

#include "veilwire/base/deadline.h"
#include "veilwire/base/take_first.h"
#include "veilwire/chain/walks.h"

namespace veilwire::sync {

using chain::NodeIndex;
using peer::PeerId;

namespace {

// What a peer with NODE_NETWORK_LIMITED has (BIP 159), less two, since it may have moved on meanwhile.
constexpr std::uint32_t kLatestBlocks = 288 - 2;

// So many peers at once are asked for one block. Core has as many of a compact one.
constexpr std::size_t kAskedForOne = 3;

}  // namespace

BlockDownload::BlockDownload(const chain::HeaderTree& tree, const DownloadLimits& limits)
    : tree_(tree), limits_(limits), stall_time_(limits.stall_at_first) {}

// -- What happened ----------------------------------------------------------------------------------

void BlockDownload::add_peer(PeerId id, const DownloadPeer& peer) { peers_[id].facts = peer; }

void BlockDownload::remove_peer(TimePoint now, PeerId id) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  const bool matters = !found->second.requests.empty() || found->second.facts.is_preferred;
  drop_requests(id, found->second);
  peers_.erase(found);
  if (matters) ask_all(now);
}

void BlockDownload::on_peer_has(TimePoint now, PeerId id, NodeIndex block) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  NodeIndex& best = found->second.best;
  const bool is_better = tree_.nodes()[block].work > tree_.nodes()[best].work ||
                         tree_.blame(best) != chain::Blame::kNone;
  if (!is_better || tree_.blame(block) != chain::Blame::kNone) return;
  best = block;
  ask_all(now);
}

bool BlockDownload::on_block(TimePoint now, PeerId id, NodeIndex block) {
  const auto found = peers_.find(id);
  return found != peers_.end() && drop_request(now, id, found->second, block);
}

void BlockDownload::on_judged(NodeIndex block, std::size_t bytes) {
  if (judged_.emplace(block, bytes).second) judged_bytes_ += bytes;
}

bool BlockDownload::take_judged(NodeIndex block) {
  const auto judged = judged_.find(block);
  if (judged == judged_.end()) return false;
  judged_bytes_ -= judged->second;
  judged_.erase(judged);
  return true;
}

void BlockDownload::on_accepted(TimePoint now, NodeIndex block) {
  bool is_news = take_judged(block);
  if (const auto asked = asked_.find(block); asked != asked_.end()) {
    is_news = true;
    const std::vector<PeerId> peers = asked->second.peers;
    for (const PeerId id : peers) drop_request(now, id, peers_.at(id), block);
  }
  if (is_news) ask_all(now);
}

void BlockDownload::on_let_be(TimePoint now, NodeIndex block) {
  take_judged(block);
  ask_all(now);
}

void BlockDownload::on_lacking(TimePoint now, PeerId id, NodeIndex block) {
  take_judged(block);
  if (const auto found = peers_.find(id); found != peers_.end()) {
    Peer& peer = found->second;
    const TimePoint until = deadline_after(now, limits_.ask_again);
    if (peer.lacks.size() < limits_.window) peer.lacks[block] = until;
    if (!peer.lacks_until) peer.lacks_until = until;
  }
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
  const auto senders = this->senders();
  for (auto& [id, peer] : peers_) {
    if (peer.stalling_since && now >= deadline_after(*peer.stalling_since, stall_time_)) {
      give_up(id, peer, GiveUp::Why::kStalls);
      stall_time_ = std::min(limits_.stall_at_most, 2 * stall_time_);
    } else if (!peer.requests.empty() && now >= slow_at(peer, senders)) {
      give_up(id, peer, GiveUp::Why::kTooSlow);
    }
  }
  ask_all(now);
}

std::optional<DownloadAction> BlockDownload::poll_action() { return take_first(actions_); }

std::optional<TimePoint> BlockDownload::next_deadline() const {
  std::optional<TimePoint> next = retry_at_;
  const auto senders = this->senders();
  for (const auto& [_, peer] : peers_) {
    if (peer.stalling_since)
      next = earlier(next, deadline_after(*peer.stalling_since, stall_time_));
    if (!peer.requests.empty()) next = earlier(next, slow_at(peer, senders));
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
  forget_lacks(now);
  if (judged_bytes_ > limits_.judged_bytes) return;
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

// It has all blocks of its chain, and they are good, as far as we know.
bool BlockDownload::is_sure(const Peer& peer) const {
  return peer.facts.serves == Serves::kAll && !peer.is_given_up && peer.lacks.empty() &&
         tree_.blame(peer.best) == chain::Blame::kNone;
}

void BlockDownload::forget_lacks(TimePoint now) {
  for (auto& [_, peer] : peers_) {
    if (peer.lacks_until && *peer.lacks_until <= now) {
      std::erase_if(peer.lacks, [now](const auto& lacked) { return lacked.second <= now; });
      peer.lacks_until.reset();
      for (const auto& [block, until] : peer.lacks) {
        peer.lacks_until = earlier(peer.lacks_until, until);
      }
    }
    retry_at_ = earlier(retry_at_, peer.lacks_until);
  }
}

void BlockDownload::ask(TimePoint now, PeerId id, Peer& peer) {
  if (peer.is_given_up || peer.facts.serves == Serves::kNothing) return;
  if (peer.lacks.size() >= limits_.window) return;
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
  std::optional<NodeIndex> first_asked;
  bool is_all_under_way = true;
  bool waits_for_engine = false;  // for a block before the first that is asked
  for (const NodeIndex block : way) {
    if (tree_.blame(block) != chain::Blame::kNone) return wanted;
    if (judged_.contains(block)) {
      waits_for_engine = waits_for_engine || !first_asked;
      continue;
    }
    if (tree_.has_data(block)) continue;
    if (asked_.contains(block)) {
      if (!first_asked) first_asked = block;
      continue;
    }
    is_all_under_way = false;
    if (!may_ask(peer, block)) continue;
    wanted.blocks.push_back(block);
    if (wanted.blocks.size() == room) return wanted;
  }
  if (!is_all_under_way || !first_asked || waits_for_engine) return wanted;
  if (may_ask_another(now, id, peer, *first_asked)) {
    wanted.blocks.push_back(*first_asked);
  } else if (way.back() != peer.best && peer.requests.empty()) {
    // The window is full, and does not move, and this one has nothing to do.
    const PeerId waited_for = asked_.at(*first_asked).peers.front();
    if (waited_for != id) wanted.staller = waited_for;
  }
  return wanted;
}

bool BlockDownload::may_ask(const Peer& peer, NodeIndex block) const {
  const chain::HeaderNodes& nodes = tree_.nodes();
  const bool is_old =
      nodes[block].height.value() + kLatestBlocks <= nodes[peer.best].height.value();
  if (peer.facts.serves == Serves::kLatest && is_old) return false;
  return !peer.lacks.contains(block);
}

bool BlockDownload::may_ask_another(TimePoint now, PeerId id, const Peer& peer, NodeIndex block) {
  const Asked& asked = asked_.at(block);
  const bool is_asked = std::ranges::find(asked.peers, id) != asked.peers.end();
  if (asked.peers.size() >= kAskedForOne || is_asked) return false;
  if (!may_ask(peer, block)) return false;
  const TimePoint since = std::max(asked.last, peers_.at(asked.peers.front()).oldest_since);
  const TimePoint another_at = deadline_after(since, limits_.ask_another);
  if (another_at > now) retry_at_ = earlier(retry_at_, another_at);
  return another_at <= now;
}

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

std::ptrdiff_t BlockDownload::senders() const {
  return std::ranges::count_if(peers_,
                               [](const auto& each) { return !each.second.requests.empty(); });
}

TimePoint BlockDownload::slow_at(const Peer& peer, std::ptrdiff_t senders) const {
  const Duration time = limits_.block + (senders - 1) * limits_.block_for_each_other;
  return deadline_after(peer.oldest_since, time);
}

}  // namespace veilwire::sync

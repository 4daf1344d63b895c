#include "veilwire/sync/header_fetch.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "veilwire/base/deadline.h"
#include "veilwire/base/take_first.h"

namespace veilwire::sync {

using chain::HeaderSync;
using chain::HeaderSyncMoment;
using chain::NodeIndex;
using peer::PeerId;

namespace {

// Bitcoin Core asks one more for each block that is announced meanwhile.
constexpr std::ptrdiff_t kMostBeside = 2;

}  // namespace

HeaderFetch::HeaderFetch(chain::HeaderTree& tree, Entropy& entropy,
                         const chain::HeaderSyncTimes& times)
    : tree_(tree), entropy_(entropy), times_(times) {}

bool HeaderFetch::is_near_the_end(UnixTime wall) const {
  const auto best = from_unix_seconds(tree_.nodes()[tree_.best_header()].time);
  return best >= wall - std::chrono::hours(24);
}

// -- What happened ----------------------------------------------------------------------------------

void HeaderFetch::add_peer(const HeaderSyncMoment& moment, PeerId id, const HeaderPeer& facts) {
  begin_anew(peers_.try_emplace(id, Peer{facts}).first->second);
  go_on(moment);
}

void HeaderFetch::remove_peer(const HeaderSyncMoment& moment, PeerId id) {
  peers_.erase(id);
  go_on(moment);
}

void HeaderFetch::on_headers(const HeaderSyncMoment& moment, PeerId id,
                             std::span<const wire::BlockHeader> headers) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  Peer& peer = found->second;
  const bool stands_on_ours =
      !headers.empty() && tree_.nodes().find(headers.front().previous).has_value();
  if (leader_ && !peer.is_asking() && !stands_on_ours && !may_ask_beside(peer)) {
    peer.has_news = peer.has_news || !headers.empty();
    return;
  }
  peer.sync->on_headers(moment, headers);
  take_actions(moment, id, peer);
  go_on(moment);
}

void HeaderFetch::on_announced(const HeaderSyncMoment& moment, PeerId id, const Hash256& block) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  if (const auto known = tree_.nodes().find(block)) {
    actions_.push_back(PeerHas{id, *known});
  } else if (!leader_ || may_ask_beside(found->second)) {
    start(moment, id, found->second);
  } else {
    found->second.has_news = true;
  }
}

void HeaderFetch::on_deadline(const HeaderSyncMoment& moment) {
  for (auto& [id, peer] : peers_) {
    peer.sync->on_deadline(moment);
    take_actions(moment, id, peer);
    if (peer.ask_again && moment.now >= *peer.ask_again) start(moment, id, peer);
  }
  go_on(moment);
}

std::optional<HeaderAction> HeaderFetch::poll_action() { return take_first(actions_); }

std::optional<TimePoint> HeaderFetch::next_deadline() const {
  std::optional<TimePoint> next;
  for (const auto& [_, peer] : peers_) {
    next = earlier(next, peer.sync->next_deadline());
    next = earlier(next, peer.ask_again);
  }
  return next;
}

std::size_t HeaderFetch::bytes() const {
  std::size_t bytes = 0;
  for (const auto& [_, peer] : peers_) bytes += peer.sync->bytes();
  return bytes;
}

// -- Who is asked -----------------------------------------------------------------------------------

bool HeaderFetch::Peer::is_asking() const {
  const auto state = sync->state();
  return state != HeaderSync::State::kIdle && state != HeaderSync::State::kEnded;
}

// Not those who had their turn and did not use it: they would take it from all others.
bool HeaderFetch::may_ask_beside(const Peer& peer) const {
  if (!peer.facts.serves_headers || peer.has_failed) return false;
  const auto asking =
      std::ranges::count_if(peers_, [](const auto& each) { return each.second.is_asking(); });
  return asking <= kMostBeside;
}

void HeaderFetch::begin_anew(Peer& peer) { peer.sync.emplace(tree_, entropy_, times_); }

void HeaderFetch::start(const HeaderSyncMoment& moment, PeerId id, Peer& peer) {
  peer.ask_again.reset();
  peer.was_asked = true;
  peer.has_news = false;
  peer.last_asked = ++questions_;
  peer.sync->start(moment);
  take_actions(moment, id, peer);
}

void HeaderFetch::go_on(const HeaderSyncMoment& moment) {
  if (leader_) {
    const auto found = peers_.find(*leader_);
    if (found != peers_.end() && found->second.is_asking()) return;
    leader_.reset();
  }
  if (!is_near_the_end(moment.wall)) return choose_leader(moment);
  for (auto& [id, peer] : peers_) {
    if (peer.is_to_be_asked()) start(moment, id, peer);
  }
}

// Each peer once, and again where it has announced something; those first that we chose, and of these who
// was not asked for the longest time.
void HeaderFetch::choose_leader(const HeaderSyncMoment& moment) {
  for (;;) {
    const auto rank = [](const Peer& peer) {
      return std::pair(!peer.facts.is_preferred, peer.last_asked);
    };
    auto chosen = peers_.end();
    for (auto at = peers_.begin(); at != peers_.end(); ++at) {
      if (!at->second.is_to_be_asked()) continue;
      if (chosen == peers_.end() || rank(at->second) < rank(chosen->second)) chosen = at;
    }
    if (chosen == peers_.end()) return;
    start(moment, chosen->first, chosen->second);
    if (!chosen->second.is_asking()) continue;  // it has ended already
    leader_ = chosen->first;
    return;
  }
}

void HeaderFetch::take_actions(const HeaderSyncMoment& moment, PeerId id, Peer& peer) {
  while (auto action = peer.sync->poll_action()) {
    if (auto* ask = std::get_if<chain::AskForHeaders>(&*action)) {
      actions_.push_back(AskForHeaders{id, std::move(ask->locator)});
    } else if (const auto* taken = std::get_if<chain::HeadersTaken>(&*action)) {
      actions_.push_back(PeerHas{id, taken->last});
    } else if (const auto* again = std::get_if<chain::AskAgainAt>(&*action)) {
      peer.ask_again = deadline_after(moment.now, again->time - moment.wall);
    } else {
      const auto ended = std::get<chain::HeaderSyncEnded>(*action);
      actions_.push_back(HeadersEnded{id, leader_ == id, ended.why, ended.refusal});
      peer.has_failed = true;
      if (!is_fault(ended.why)) begin_anew(peer);
    }
  }
}

}  // namespace veilwire::sync

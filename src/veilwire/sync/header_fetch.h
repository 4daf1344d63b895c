// From whom headers are fetched, and who has which block.
//
// While our best header is more than a day old, one peer is asked for the whole chain, a preferred
// one where there is any. What others announce meanwhile makes two more be asked beside it, so that a
// leader who sends slowly on purpose holds nobody up; the rest wait, since each of them would send the
// same again. If the leader ends, or has no more, the next is asked. From then on every peer is asked once for our
// best header and what comes after it, and whenever it announces a block that we do not know.
//
// Each peer's answers go through a chain::HeaderSync of its own, which bounds what they cost.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "veilwire/chain/header_sync.h"
#include "veilwire/peer/peer_id.h"

namespace veilwire::sync {

struct AskForHeaders {  // getheaders, without an end
  peer::PeerId peer{};
  std::vector<Hash256> locator;
};
struct PeerHas {  // this block and all before it
  peer::PeerId peer{};
  chain::NodeIndex block{};
};
// What it sent was no use. `is_fault()` of `why` says whether it could have known better: then it is heard
// no more, else it is asked again when it announces a block.
struct HeadersEnded {
  peer::PeerId peer{};
  bool was_leader = false;
  chain::HeaderSyncEnd why{};
  std::optional<chain::HeaderRefusal> refusal{};  // of kBreaksRule
};
using HeaderAction = std::variant<AskForHeaders, PeerHas, HeadersEnded>;

struct HeaderPeer {
  // Such as we chose ourselves.
  bool is_preferred = false;
  // A wallet has no headers to give. What such a peer announces is heard.
  bool serves_headers = true;
};

class HeaderFetch {
 public:
  // Tree and entropy must outlive it.
  HeaderFetch(chain::HeaderTree& tree, Entropy& entropy, const chain::HeaderSyncTimes& times = {});

  void add_peer(const chain::HeaderSyncMoment& moment, peer::PeerId id, const HeaderPeer& peer);
  void remove_peer(const chain::HeaderSyncMoment& moment, peer::PeerId id);
  // REQUIRES: at most wire::kMaxHeaders.
  void on_headers(const chain::HeaderSyncMoment& moment, peer::PeerId id,
                  std::span<const wire::BlockHeader> headers);
  // By an inv, or a compact block whose parent we do not know.
  void on_announced(const chain::HeaderSyncMoment& moment, peer::PeerId id, const Hash256& block);
  void on_deadline(const chain::HeaderSyncMoment& moment);

  std::optional<HeaderAction> poll_action();
  std::optional<TimePoint> next_deadline() const;

  // Our best header is at most a day old.
  bool is_near_the_end(UnixTime wall) const;
  // That is asked for the whole chain.
  std::optional<peer::PeerId> leader() const { return leader_; }
  // Of what peers' answers hold until their chains have shown their work.
  std::size_t bytes() const;

 private:
  struct Peer {
    bool is_asking() const;
    bool is_to_be_asked() const { return facts.serves_headers && (!was_asked || has_news); }

    HeaderPeer facts;
    std::optional<chain::HeaderSync> sync{};  // always there
    bool was_asked = false;                   // for all that it has
    bool has_news = false;                    // it announced a block that has to wait
    std::uint64_t last_asked = 0;             // as which of all questions
    bool has_failed = false;                  // to answer, or to any use
    std::optional<TimePoint> ask_again{};
  };

  bool may_ask_beside(const Peer& peer) const;
  void begin_anew(Peer& peer);
  void start(const chain::HeaderSyncMoment& moment, peer::PeerId id, Peer& peer);
  void go_on(const chain::HeaderSyncMoment& moment);
  void choose_leader(const chain::HeaderSyncMoment& moment);
  void take_actions(const chain::HeaderSyncMoment& moment, peer::PeerId id, Peer& peer);

  chain::HeaderTree& tree_;
  Entropy& entropy_;
  const chain::HeaderSyncTimes times_;
  std::map<peer::PeerId, Peer> peers_;
  std::optional<peer::PeerId> leader_;
  std::uint64_t questions_ = 0;
  std::deque<HeaderAction> actions_;
};

}  // namespace veilwire::sync

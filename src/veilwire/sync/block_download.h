// Which blocks are asked of which peer, and which peers are given up because they do not send them.
//
// Blocks are fetched along each peer's best chain, from several peers at once, within a window that
// begins at the last block that we and the peer have. Whoever holds the window up by a block that he
// has not sent is stalling, and has little time: at first two seconds, doubled with each peer that is
// given up for it, so that a slow line of our own does not end every peer.
//
// What a peer sends wrongly, or says that it does not have, is asked of another; neither is held
// against it here. A block that the engine has in hand is asked of nobody, and where it has too much
// in hand nothing is asked.
//
// Verbs: whoever owns it tells what happened; poll_action() says what is to be done, next_deadline() when
// on_deadline() is due. Holds a few words for each peer, for each block under way, and for each that a
// peer was asked for and did not have: at most `in_flight` and `window` a peer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "veilwire/base/time.h"
#include "veilwire/chain/header_tree.h"
#include "veilwire/peer/peer_id.h"

namespace veilwire::sync {

struct DownloadLimits {
  std::size_t in_flight = 16;   // of one peer, as Bitcoin Core has it, as also what follows
  std::uint32_t window = 1024;  // blocks
  Duration stall_at_first = std::chrono::seconds(2);
  Duration stall_at_most = std::chrono::seconds(64);
  // For one block, and more for each other peer that is sending some.
  Duration block = std::chrono::minutes(10);
  Duration block_for_each_other = std::chrono::minutes(5);
  // One that all wait for, and whose sender has sent nothing for so long, is asked of a second peer too, and of a third.
  // Core waits for one peer, except where compact blocks were announced.
  Duration ask_another = std::chrono::seconds(30);
  // Before a peer that did not have a block, or sent it wrongly, is asked for it again.
  Duration ask_again = std::chrono::minutes(1);
  // Of blocks that the engine has in hand, from which on nothing more is asked. Ours: where an engine has
  // a thread of its own, peers may be faster than it is. What is under way by then still comes.
  std::size_t judged_bytes = 64u << 20;
};

// Which blocks a peer says that it serves.
enum class Serves : std::uint8_t {
  kNothing,
  kLatest,  // NODE_NETWORK_LIMITED: the last 288
  kAll,
};

struct DownloadPeer {
  Serves serves = Serves::kAll;
  // Such as we chose ourselves. Others are asked only for what none of these has.
  bool is_preferred = false;
};

struct AskForBlocks {  // oldest first
  peer::PeerId peer{};
  std::vector<chain::NodeIndex> blocks;
};
// Nothing more is asked of it: the connection is to be ended.
struct GiveUp {
  enum class Why : std::uint8_t {
    kStalls,   // all wait for a block of its
    kTooSlow,  // it has had one for too long
  };
  peer::PeerId peer{};
  Why why{};
};
using DownloadAction = std::variant<AskForBlocks, GiveUp>;

class BlockDownload {
 public:
  // The tree must outlive it.
  explicit BlockDownload(const chain::HeaderTree& tree, const DownloadLimits& limits = {});

  void add_peer(peer::PeerId id, const DownloadPeer& peer);
  // What was asked of it is asked of others.
  void remove_peer(TimePoint now, peer::PeerId id);

  // A peer has this block, and all before it.
  void on_peer_has(TimePoint now, peer::PeerId id, chain::NodeIndex block);
  // The block came from this peer. Whether it had been asked for. What it was worth comes next: the
  // engine has it, on_judged(), or on_accepted() or on_lacking().
  bool on_block(TimePoint now, peer::PeerId id, chain::NodeIndex block);
  // The engine has it in hand, until on_accepted(), on_lacking() or on_let_be() tells of its verdict.
  void on_judged(chain::NodeIndex block, std::size_t bytes);
  // Nobody need send it any more: it is in the tree's hands, or bad for good.
  void on_accepted(TimePoint now, chain::NodeIndex block);
  // It came, and nothing follows: it is here already, or the disk refused it.
  void on_let_be(TimePoint now, chain::NodeIndex block);
  // The peer does not have it, or what it sent is not it. REQUIRES: on_block() said that it had been
  // asked for.
  void on_lacking(TimePoint now, peer::PeerId id, chain::NodeIndex block);
  // A block that the tree had is not here any more, or is known to be bad.
  void on_lost(TimePoint now);
  // The active chain ends here now.
  void on_tip(TimePoint now, chain::NodeIndex tip);
  void on_deadline(TimePoint now);

  std::optional<DownloadAction> poll_action();
  std::optional<TimePoint> next_deadline() const;

  bool is_asked(chain::NodeIndex block) const { return asked_.contains(block); }
  bool is_judged(chain::NodeIndex block) const { return judged_.contains(block); }
  std::size_t in_flight(peer::PeerId id) const;
  Duration stall_time() const { return stall_time_; }

 private:
  struct Peer {
    DownloadPeer facts{};
    chain::NodeIndex best{};                   // that it is known to have
    chain::NodeIndex common{};                 // up to here we have what it has
    std::vector<chain::NodeIndex> requests{};  // oldest first
    TimePoint oldest_since{};                  // since when the oldest is the oldest
    std::optional<TimePoint> stalling_since{};
    std::map<chain::NodeIndex, TimePoint> lacks{};  // and when it may be asked again
    std::optional<TimePoint> lacks_until{};         // the first of these
    bool is_given_up = false;
  };
  struct Wanted {
    std::vector<chain::NodeIndex> blocks;
    std::optional<peer::PeerId> staller{};  // why there are none
  };

  void ask_all(TimePoint now);
  bool is_sure(const Peer& peer) const;
  void ask(TimePoint now, peer::PeerId id, Peer& peer);
  bool has_more(const Peer& peer) const;
  std::vector<chain::NodeIndex> window_of(Peer& peer) const;
  Wanted wanted_of(TimePoint now, peer::PeerId id, Peer& peer);
  bool may_ask(const Peer& peer, chain::NodeIndex block) const;
  bool may_ask_another(TimePoint now, peer::PeerId id, const Peer& peer, chain::NodeIndex block);
  void forget_lacks(TimePoint now);
  bool drop_request(TimePoint now, peer::PeerId id, Peer& peer, chain::NodeIndex block);
  void drop_requests(peer::PeerId id, Peer& peer);
  void forget_asked(peer::PeerId id, chain::NodeIndex block);
  void give_up(peer::PeerId id, Peer& peer, GiveUp::Why why);
  std::ptrdiff_t senders() const;
  TimePoint slow_at(const Peer& peer, std::ptrdiff_t senders) const;
  bool take_judged(chain::NodeIndex block);

  const chain::HeaderTree& tree_;
  const DownloadLimits limits_;
  chain::NodeIndex tip_{};
  std::map<peer::PeerId, Peer> peers_;
  // Of which peers each block is asked, and when it was asked of the last of them.
  struct Asked {
    std::vector<peer::PeerId> peers;
    TimePoint last{};
  };
  std::map<chain::NodeIndex, Asked> asked_;
  std::map<chain::NodeIndex, std::size_t> judged_;  // with their bytes
  std::size_t judged_bytes_ = 0;
  Duration stall_time_;
  std::optional<TimePoint> retry_at_;  // something may be asked then that may not be now
  std::deque<DownloadAction> actions_;
};

}  // namespace veilwire::sync

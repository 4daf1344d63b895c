// Headers and blocks wanted and fetched: the topic of `node` for headers, inv, notfound and block.
//
// Whoever owns it passes on what peers say and what the engine says of their blocks, and does what
// poll_action() gives. A block that came goes to the engine, once however many send it; its verdict comes
// back by on_verdict(), and where it turns out bad only when it is connected, by on_refused(). A block
// that nobody asked for is looked at only where it has more work than our tip and as much as the
// network asks for, and stands not far above it: no other reaches a disk. The engine has one such block
// of a peer in hand at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "veilwire/consensus/failure.h"
#include "veilwire/consensus/parsed_block.h"
#include "veilwire/protocol/message.h"
#include "veilwire/protocol/services.h"
#include "veilwire/sync/block_download.h"
#include "veilwire/sync/header_fetch.h"

namespace veilwire::sync {

// What a peer may have done that it could have known better than to do. What follows from it the owner
// decides: an unreadable message, for one, is no reason to ban anybody.
enum class SyncRule : std::uint8_t {
  kUnreadable,    // a payload that is none of its kind
  kBadHeaders,    // chain::HeaderSyncEnd says which rule
  kMutatedBlock,  // not the block that its header names
  kInvalidBlock,  // a block that breaks a rule of consensus
};
// "mutated_block".
std::string_view rule_name(SyncRule rule);

// Blocks are taken only with witnesses.
Serves serves_of(protocol::Services services);

struct SyncPeer {
  protocol::Services services = protocol::kNodeNone;
  bool is_preferred = false;  // such as we chose ourselves
};

struct SyncMoment {
  TimePoint now{};
  UnixTime wall{};
};

struct Send {
  peer::PeerId to{};
  protocol::OwnedMessage message;
};
struct HeadersCame {};  // the tree has more than before
struct BlockCame {      // for the engine to accept; on_verdict() is to follow
  peer::PeerId from{};
  chain::NodeIndex index{};
  std::shared_ptr<const consensus::ParsedBlock> block;
  bool was_asked = false;
};
struct Misbehaved {
  peer::PeerId peer{};
  SyncRule rule{};
  std::string detail;  // a sentence's end
};
struct
    LetGo {  // without a fault of its: another may serve us better. The connection is to be ended
  peer::PeerId peer{};
  std::string_view why;
};
using SyncAction = std::variant<Send, HeadersCame, BlockCame, Misbehaved, LetGo>;

struct SyncConfig {
  chain::ChainWork minimum_work{};
  chain::HeaderSyncTimes header_times{};
  DownloadLimits download{};
};

class ChainSync {
 public:
  // Tree and entropy must outlive it. `tip`: where the active chain ends.
  ChainSync(chain::HeaderTree& tree, Entropy& entropy, chain::NodeIndex tip,
            const SyncConfig& config);

  void add_peer(const SyncMoment& moment, peer::PeerId id, const SyncPeer& peer);
  void remove_peer(const SyncMoment& moment, peer::PeerId id);

  // Kinds other than headers, inv, notfound and block are not looked at.
  void on_message(const SyncMoment& moment, peer::PeerId from, protocol::OwnedMessage message);
  // What the engine said of a block that came: nothing where it is kept.
  void on_verdict(const SyncMoment& moment, const BlockCame& came,
                  const std::optional<consensus::Failure>& failure);
  // The engine could give no verdict: the disk refused the block. It is asked for again.
  void on_let_be(const SyncMoment& moment, const BlockCame& came);
  // A block that was kept broke a rule when it was connected.
  void on_refused(const SyncMoment& moment, chain::NodeIndex block,
                  const consensus::Failure& failure);
  // A block that was kept is not on the disk as it came.
  void on_lost(const SyncMoment& moment);
  void on_tip(const SyncMoment& moment, chain::NodeIndex tip);
  void on_deadline(const SyncMoment& moment);

  std::optional<SyncAction> poll_action();
  std::optional<TimePoint> next_deadline() const;

  // Our best header is at most a day old.
  bool is_near_the_end(UnixTime wall) const { return headers_.is_near_the_end(wall); }
  std::size_t in_flight(peer::PeerId id) const { return download_.in_flight(id); }

 private:
  chain::HeaderSyncMoment with_work(const SyncMoment& moment) const;
  template <typename M>
  std::optional<M> parsed(peer::PeerId from, ByteView payload);
  void on_headers(const SyncMoment& moment, peer::PeerId from, ByteView payload);
  void on_inv(const SyncMoment& moment, peer::PeerId from, ByteView payload);
  void on_not_found(const SyncMoment& moment, peer::PeerId from, ByteView payload);
  void on_block(const SyncMoment& moment, peer::PeerId from, Bytes payload);
  std::optional<chain::NodeIndex> index_of(const SyncMoment& moment, peer::PeerId from,
                                           ByteView block);
  bool is_welcome(peer::PeerId from, chain::NodeIndex block) const;
  void misbehaved(peer::PeerId id, SyncRule rule, std::string detail);
  void take_header_actions(const SyncMoment& moment);
  void take_download_actions();
  void settle(const SyncMoment& moment);

  chain::HeaderTree& tree_;
  const SyncConfig config_;
  chain::NodeIndex tip_;
  HeaderFetch headers_;
  BlockDownload download_;
  std::uint32_t told_headers_;
  // Who sent a block that was kept and has not been connected.
  std::map<chain::NodeIndex, peer::PeerId> senders_;
  std::set<peer::PeerId> unasked_;  // who sent a block unasked that is being judged
  std::deque<SyncAction> actions_;
};

}  // namespace veilwire::sync

// Answers peers' questions about the chain: getheaders, getblocks, getdata of blocks, and getblocktxn.
//
// Nothing is queued for who does not read. After each answer a peer has no room until its owner says so
// (on_room(), once what waits to be sent to it is little); until then its questions wait, and of
// them no more is answered than one message holds: 2000 headers, 500 hashes, one block, or what is
// not there of 1000. So one call costs at most one read from the disk, and peers take turns.
//
// What waits is bounded for each peer: one getheaders, one getblocks, one getblocktxn (a later one takes
// its place), and as many entries of getdata as one message may have. Entries of types that nobody answers do not
// wait at all.
//
// Of older blocks there are no compact ones: whoever asks gets the whole block.
//
// Transactions are not served: all of them are not there. Blocks that we would not show, do not have, or
// do not know at all are not there either, so that nobody can tell which.
#pragma once

#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <string_view>
#include <variant>

#include "veilwire/base/time.h"
#include "veilwire/chain/block_store.h"
#include "veilwire/peer/peer_id.h"
#include "veilwire/protocol/message.h"
#include "veilwire/serve/shown_blocks.h"
#include "veilwire/serve/upload_budget.h"
#include "veilwire/wire/compact_block.h"
#include "veilwire/wire/headers.h"
#include "veilwire/wire/inventory.h"

namespace veilwire::serve {

struct ServeSettings {
  // While the active chain has less, we have no headers for anybody: they might be an attacker's.
  chain::ChainWork minimum_work{};
  Keeping keeping = Keeping::kAll;
  std::uint64_t history_bytes_a_day = 0;  // UploadBudget
  // Secret: nobody can tell which short ids our compact blocks will have.
  std::uint64_t salt = 0;
};

struct ServedPeer {
  // An operator's word: neither minimum work nor range nor budget holds for it.
  bool may_have_all = false;
};

struct Send {
  peer::PeerId peer{};
  protocol::OwnedMessage message;
};
// Answers nothing more to it. One of wire::rule_name(), or:
//   history_budget_used_up     it wants an old block, and a day's bytes are sent; no fault of its own
//   block_below_limited_range  it wants one that NODE_NETWORK_LIMITED does not promise
//   too_many_requests_waiting  it asks and asks, and does not read
//   block_index_out_of_range   it wants a transaction that the block does not have
struct Close {
  peer::PeerId peer{};
  std::string_view rule;
};
using ServeAction = std::variant<Send, Close>;

// What was done so far.
struct ServeCounts {
  std::uint64_t entries = 0;      // of getdata, read
  std::uint64_t look_ups = 0;     // of them, made in the tree
  std::uint64_t blocks_read = 0;  // from the store
};

class ChainServer {
 public:
  // Tree and store must outlive it.
  ChainServer(const chain::HeaderTree& tree, chain::BlockStore& blocks,
              const ServeSettings& settings = {});

  void add_peer(peer::PeerId id, const ServedPeer& facts = {});
  void remove_peer(peer::PeerId id);
  // The active chain ends here now.
  void on_tip(chain::NodeIndex tip) { tip_ = tip; }
  // Messages of other kinds are ignored.
  void on_message(TimePoint now, peer::PeerId id, protocol::MessageKind kind, ByteView payload);
  // What was sent to it last is on its way.
  void on_room(TimePoint now, peer::PeerId id);

  std::optional<ServeAction> poll_action();

  // Entries of getdata that wait for room.
  std::size_t waiting(peer::PeerId id) const;
  const UploadBudget& budget() const { return budget_; }
  const ServeCounts& counts() const { return counts_; }

 private:
  struct Peer {
    ServedPeer facts{};
    bool has_room = true;
    bool is_closed = false;
    std::optional<wire::Locator> getheaders{};
    std::optional<wire::Locator> getblocks{};
    std::optional<wire::GetBlockTxn> getblocktxn{};
    std::deque<wire::InventoryEntry> wanted{};
    // The last one of an answer to getblocks. When it is fetched, the peer wants to hear of more.
    std::optional<chain::NodeIndex> end_of_batch{};
  };
  enum class Obstacle : std::uint8_t { kNotThere, kHistoryUsedUp, kBelowRange };
  static std::string_view rule_of(Obstacle obstacle);

  template <typename M>
  std::optional<M> read(peer::PeerId id, Peer& peer, ByteView payload);
  void take_getdata(peer::PeerId id, Peer& peer, const wire::GetData& message);
  void want(peer::PeerId id, Peer& peer, const wire::InventoryEntry& entry);
  void answer_all(TimePoint now, peer::PeerId id, Peer& peer);
  void answer_getheaders(peer::PeerId id, Peer& peer, const wire::Locator& question);
  void answer_getblocks(peer::PeerId id, Peer& peer, const wire::Locator& question);
  void answer_getblocktxn(peer::PeerId id, Peer& peer, const wire::GetBlockTxn& question);
  void answer_getdata(TimePoint now, peer::PeerId id, Peer& peer);
  std::expected<chain::NodeIndex, Obstacle> block_for(TimePoint now, const Peer& peer,
                                                      const wire::InventoryEntry& entry);
  // Whether it could be read.
  bool send_block(TimePoint now, peer::PeerId id, Peer& peer, wire::InventoryType type,
                  chain::NodeIndex index);
  std::optional<protocol::OwnedMessage> block_message(chain::NodeIndex index,
                                                      wire::InventoryType type);
  std::optional<chain::NodeIndex> shown_block(const Hash256& hash);
  bool is_among_latest(chain::NodeIndex index, std::uint32_t blocks) const;
  chain::StoreResult<Bytes> read_block(chain::NodeIndex index);

  void send(peer::PeerId id, Peer& peer, protocol::OwnedMessage message);
  void close(peer::PeerId id, Peer& peer, std::string_view rule);

  const chain::HeaderTree& tree_;
  chain::BlockStore& blocks_;
  const ServeSettings settings_;
  UploadBudget budget_;
  ServeCounts counts_{};
  chain::NodeIndex tip_{};
  std::map<peer::PeerId, Peer> peers_;
  std::deque<ServeAction> actions_;
};

}  // namespace veilwire::serve

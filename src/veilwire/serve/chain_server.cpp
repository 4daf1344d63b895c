#include "veilwire/serve/chain_server.h"

#include <utility>
#include <vector>

#include "veilwire/base/take_first.h"
#include "veilwire/chain/walks.h"
#include "veilwire/crypto/siphash.h"
#include "veilwire/serve/compact_answers.h"
#include "veilwire/wire/block.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/rule.h"

namespace veilwire::serve {

using chain::NodeIndex;
using peer::PeerId;
using protocol::MessageKind;
using wire::InventoryEntry;
using wire::InventoryType;

namespace {

// As Bitcoin Core has them.
constexpr std::size_t kBlocksInAnswer = 500;     // to getblocks
constexpr std::uint32_t kCompactBlocks = 5;      // the tip's ancestors that are served so
constexpr std::uint32_t kBlocksOfBlockTxn = 10;  // the same of getblocktxn

// -- Ours -------------------------------------------------------------------------------------------

// A second getdata may come while the first one waits, as long as both fit in one. Bounds what waits to
// 1.8 MB a peer.
constexpr std::size_t kMaxWaiting = wire::kMaxInventory;
// Bounds what one answer costs in look-ups. 36 kB.
constexpr std::size_t kNotThereInAnswer = 1000;

// Of other types nobody says anything: Bloom filters (BIP 37) are off here.
bool is_answered(InventoryType type) {
  return is_block(type) || type == InventoryType::kTx || type == InventoryType::kWtx ||
         type == InventoryType::kWitnessTx;
}

template <typename M>
protocol::OwnedMessage list_of(std::span<const InventoryEntry> entries) {
  const Bytes packed = wire::pack(entries);
  return wire::build(M{wire::InventoryList(packed)});
}

protocol::OwnedMessage headers_message(std::span<const wire::BlockHeader> headers) {
  protocol::OwnedMessage message{MessageKind::kHeaders};
  wire::Writer writer(message.payload);
  wire::write_headers(writer, headers);
  return message;
}

std::optional<protocol::OwnedMessage> stripped_block_message(ByteView bytes) {
  const auto block = wire::parse<wire::Block>(bytes);
  if (!block) return std::nullopt;
  protocol::OwnedMessage message{MessageKind::kBlock};
  message.payload.reserve(block->base_size());
  wire::Writer writer(message.payload);
  block->write_without_witness(writer);
  return message;
}

}  // namespace

ChainServer::ChainServer(const chain::HeaderTree& tree, chain::BlockStore& blocks,
                         const ServeSettings& settings)
    : tree_(tree), blocks_(blocks), settings_(settings), budget_(settings.history_bytes_a_day) {}

// -- What happened ----------------------------------------------------------------------------------

void ChainServer::add_peer(PeerId id, const ServedPeer& facts) { peers_[id].facts = facts; }

void ChainServer::remove_peer(PeerId id) { peers_.erase(id); }

void ChainServer::on_message(TimePoint now, PeerId id, MessageKind kind, ByteView payload) {
  const auto found = peers_.find(id);
  if (found == peers_.end() || found->second.is_closed) return;
  Peer& peer = found->second;
  if (kind == MessageKind::kGetHeaders) {
    if (auto question = read<wire::GetHeaders>(id, peer, payload)) {
      peer.getheaders = std::move(question->locator);
    }
  } else if (kind == MessageKind::kGetBlocks) {
    if (auto question = read<wire::GetBlocks>(id, peer, payload)) {
      peer.getblocks = std::move(question->locator);
    }
  } else if (kind == MessageKind::kGetData) {
    if (const auto question = read<wire::GetData>(id, peer, payload)) {
      take_getdata(id, peer, *question);
    }
  } else if (kind == MessageKind::kGetBlockTxn) {
    if (auto question = read<wire::GetBlockTxn>(id, peer, payload)) {
      peer.getblocktxn = std::move(*question);
    }
  }
  answer_all(now, id, peer);
}

void ChainServer::on_room(TimePoint now, PeerId id) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  found->second.has_room = true;
  answer_all(now, id, found->second);
}

std::optional<ServeAction> ChainServer::poll_action() { return take_first(actions_); }

std::size_t ChainServer::waiting(PeerId id) const {
  const auto found = peers_.find(id);
  return found == peers_.end() ? 0 : found->second.wanted.size();
}

template <typename M>
std::optional<M> ChainServer::read(PeerId id, Peer& peer, ByteView payload) {
  auto message = wire::parse<M>(payload);
  if (message) return std::move(*message);
  close(id, peer, wire::rule_name(message.error()));
  return std::nullopt;
}

void ChainServer::take_getdata(PeerId id, Peer& peer, const wire::GetData& message) {
  counts_.entries += message.entries.size();
  for (const InventoryEntry& entry : message.entries) {
    if (is_answered(entry.type)) want(id, peer, entry);
    if (peer.is_closed) return;
  }
}

void ChainServer::want(PeerId id, Peer& peer, const InventoryEntry& entry) {
  if (peer.wanted.size() == kMaxWaiting) return close(id, peer, "too_many_requests_waiting");
  peer.wanted.push_back(entry);
}

// -- Answers ----------------------------------------------------------------------------------------

// New blocks first, then headers: they are what a peer needs to ask for the right blocks.
void ChainServer::answer_all(TimePoint now, PeerId id, Peer& peer) {
  if (peer.has_room && peer.getblocktxn) {
    answer_getblocktxn(id, peer, *std::exchange(peer.getblocktxn, std::nullopt));
  }
  if (peer.has_room && peer.getheaders) {
    answer_getheaders(id, peer, *std::exchange(peer.getheaders, std::nullopt));
  }
  if (peer.has_room && peer.getblocks) {
    answer_getblocks(id, peer, *std::exchange(peer.getblocks, std::nullopt));
  }
  if (peer.has_room && !peer.wanted.empty()) answer_getdata(now, id, peer);
}

void ChainServer::answer_getheaders(PeerId id, Peer& peer, const wire::Locator& question) {
  const chain::HeaderNodes& nodes = tree_.nodes();
  // An empty answer, so that the peer does not wait for one.
  if (nodes[tip_].work < settings_.minimum_work && !peer.facts.may_have_all) {
    return send(id, peer, headers_message({}));
  }
  std::vector<wire::BlockHeader> headers;
  if (question.hashes.empty()) {  // one header is wanted
    const auto index = nodes.find(question.stop);
    if (!index || !is_shown(tree_, tip_, *index)) return;
    headers.push_back(nodes.header(*index));
  } else {
    const NodeIndex known = chain::last_in_common(nodes, tip_, question.hashes);
    for (const NodeIndex each : chain::path(nodes, known, tip_, wire::kMaxHeaders).on) {
      headers.push_back(nodes.header(each));
      if (nodes[each].hash == question.stop) break;
    }
  }
  send(id, peer, headers_message(headers));
}

void ChainServer::answer_getblocks(PeerId id, Peer& peer, const wire::Locator& question) {
  const chain::HeaderNodes& nodes = tree_.nodes();
  const NodeIndex known = chain::last_in_common(nodes, tip_, question.hashes);
  std::vector<InventoryEntry> blocks;
  for (const NodeIndex each : chain::path(nodes, known, tip_, kBlocksInAnswer).on) {
    if (nodes[each].hash == question.stop) break;
    if (settings_.keeping == Keeping::kLatest && !is_kept_for_long(tree_, tip_, each)) break;
    blocks.push_back({InventoryType::kBlock, nodes[each].hash});
    if (blocks.size() == kBlocksInAnswer) peer.end_of_batch = each;
  }
  if (!blocks.empty()) send(id, peer, list_of<wire::Inv>(blocks));
}

// What we do not have or show is passed over in silence; of an older block the whole one comes.
void ChainServer::answer_getblocktxn(PeerId id, Peer& peer, const wire::GetBlockTxn& question) {
  const auto index = shown_block(question.block);
  if (!index || !tree_.has_data(*index)) return;
  if (!is_among_latest(*index, kBlocksOfBlockTxn)) {
    return want(id, peer, {InventoryType::kWitnessBlock, question.block});
  }
  const auto block = read_block(*index);
  if (!block) return;
  auto message = block_txn_message(*block, question);
  if (message) return send(id, peer, std::move(*message));
  if (message.error() == NoTransactions::kIndexOutOfRange) {
    close(id, peer, "block_index_out_of_range");
  }
}

// A block, or else what is not there of what comes before it.
void ChainServer::answer_getdata(TimePoint now, PeerId id, Peer& peer) {
  std::vector<InventoryEntry> not_there;
  while (!peer.wanted.empty() && not_there.size() < kNotThereInAnswer) {
    const InventoryEntry entry = peer.wanted.front();
    const auto index = block_for(now, peer, entry);
    if (index && !not_there.empty()) break;  // a block is an answer of its own
    peer.wanted.pop_front();
    const bool was_sent = index && send_block(now, id, peer, entry.type, *index);
    if (was_sent) return;
    if (!index && index.error() != Obstacle::kNotThere) {
      return close(id, peer, rule_of(index.error()));
    }
    not_there.push_back(entry);
    if (index) break;  // the disk was asked
  }
  send(id, peer, list_of<wire::NotFound>(not_there));
}

std::expected<NodeIndex, ChainServer::Obstacle> ChainServer::block_for(
    TimePoint now, const Peer& peer, const InventoryEntry& entry) {
  if (!is_block(entry.type)) return std::unexpected(Obstacle::kNotThere);
  const auto index = shown_block(entry.hash);
  if (!index) return std::unexpected(Obstacle::kNotThere);
  if (!peer.facts.may_have_all) {
    if (!budget_.has_room(now, traffic_of(tree_, *index))) {
      return std::unexpected(Obstacle::kHistoryUsedUp);
    }
    if (settings_.keeping == Keeping::kLatest &&
        !is_in_limited_range(tree_.nodes(), tip_, *index)) {
      return std::unexpected(Obstacle::kBelowRange);
    }
  }
  if (!tree_.has_data(*index)) return std::unexpected(Obstacle::kNotThere);
  return *index;
}

bool ChainServer::send_block(TimePoint now, PeerId id, Peer& peer, InventoryType type,
                             NodeIndex index) {
  auto message = block_message(index, type);
  if (!message) return false;
  budget_.charge(now, traffic_of(tree_, index), message->payload.size());
  send(id, peer, std::move(*message));
  if (peer.end_of_batch == index) {
    peer.end_of_batch.reset();
    const InventoryEntry newest{InventoryType::kBlock, tree_.nodes()[tip_].hash};
    send(id, peer, list_of<wire::Inv>({&newest, 1}));
  }
  return true;
}

// Whole, compact, or without its witness (BIP 144), as it was asked for.
std::optional<protocol::OwnedMessage> ChainServer::block_message(NodeIndex index,
                                                                 InventoryType type) {
  auto whole = read_block(index);
  if (!whole) return std::nullopt;
  if (type == InventoryType::kBlock) return stripped_block_message(*whole);
  if (type == InventoryType::kCompactBlock && is_among_latest(index, kCompactBlocks)) {
    const crypto::SipKey key{.k0 = settings_.salt, .k1 = 0};
    return compact_block_message(*whole, crypto::siphash24(key, tree_.nodes()[index].hash));
  }
  return protocol::OwnedMessage{MessageKind::kBlock, std::move(*whole)};
}

std::optional<NodeIndex> ChainServer::shown_block(const Hash256& hash) {
  ++counts_.look_ups;
  const auto index = tree_.nodes().find(hash);
  return index && is_shown(tree_, tip_, *index) ? index : std::nullopt;
}

bool ChainServer::is_among_latest(NodeIndex index, std::uint32_t blocks) const {
  return tree_.nodes()[index].height >= tree_.nodes()[tip_].height.before(blocks);
}

chain::StoreResult<Bytes> ChainServer::read_block(NodeIndex index) {
  ++counts_.blocks_read;
  return blocks_.read_block(index);
}

std::string_view ChainServer::rule_of(Obstacle obstacle) {
  switch (obstacle) {
    case Obstacle::kNotThere:
      break;
    case Obstacle::kHistoryUsedUp:
      return "history_budget_used_up";
    case Obstacle::kBelowRange:
      return "block_below_limited_range";
  }
  return "";
}

// -- Actions ----------------------------------------------------------------------------------------

void ChainServer::send(PeerId id, Peer& peer, protocol::OwnedMessage message) {
  peer.has_room = false;
  actions_.push_back(Send{id, std::move(message)});
}

void ChainServer::close(PeerId id, Peer& peer, std::string_view rule) {
  peer = {.facts = peer.facts, .has_room = false, .is_closed = true};
  actions_.push_back(Close{id, rule});
}

}  // namespace veilwire::serve

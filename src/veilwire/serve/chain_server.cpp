#include "veilwire/serve/chain_server.h"

#include <utility>
#include <vector>

#include "veilwire/chain/walks.h"
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

constexpr std::size_t kBlocksInAnswer = 500;  // to getblocks, as peers have it

// -- Ours -------------------------------------------------------------------------------------------

// A second getdata may come while the first one waits, as long as both fit in one. Bounds what waits to
// 1.8 MB a peer.
constexpr std::size_t kMaxWaiting = wire::kMaxInventory;
// Bounds what one answer costs in look-ups. 36 kB.
constexpr std::size_t kNotThereInAnswer = 1000;

bool is_block(InventoryType type) {
  return type == InventoryType::kBlock || type == InventoryType::kWitnessBlock ||
         type == InventoryType::kCompactBlock;
}

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
  }
  answer_all(now, id, peer);
}

void ChainServer::on_room(TimePoint now, PeerId id) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  found->second.has_room = true;
  answer_all(now, id, found->second);
}

std::optional<ServeAction> ChainServer::poll_action() {
  if (actions_.empty()) return std::nullopt;
  ServeAction action = std::move(actions_.front());
  actions_.pop_front();
  return action;
}

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
    if (!is_answered(entry.type)) continue;
    if (peer.wanted.size() == kMaxWaiting) return close(id, peer, "too_many_requests_waiting");
    peer.wanted.push_back(entry);
  }
}

// -- Answers ----------------------------------------------------------------------------------------

// Headers first: they are what a peer needs to ask for the right blocks.
void ChainServer::answer_all(TimePoint now, PeerId id, Peer& peer) {
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
  ++counts_.look_ups;
  const auto index = tree_.nodes().find(entry.hash);
  if (!index || !is_shown(tree_, tip_, *index)) return std::unexpected(Obstacle::kNotThere);
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
  auto bytes = block_bytes(index, type);
  if (!bytes) return false;
  budget_.charge(now, traffic_of(tree_, index), bytes->size());
  send(id, peer, {MessageKind::kBlock, std::move(*bytes)});
  if (peer.end_of_batch == index) {
    peer.end_of_batch.reset();
    const InventoryEntry newest{InventoryType::kBlock, tree_.nodes()[tip_].hash};
    send(id, peer, list_of<wire::Inv>({&newest, 1}));
  }
  return true;
}

// Whole, or without its witness where that was asked for (BIP 144).
std::optional<Bytes> ChainServer::block_bytes(NodeIndex index, InventoryType type) {
  ++counts_.blocks_read;
  auto whole = blocks_.read_block(index);
  if (!whole) return std::nullopt;
  if (type != InventoryType::kBlock) return std::move(*whole);
  const auto block = wire::parse<wire::Block>(*whole);
  if (!block) return std::nullopt;
  Bytes bytes;
  bytes.reserve(block->base_size());
  wire::Writer writer(bytes);
  block->write_without_witness(writer);
  return bytes;
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

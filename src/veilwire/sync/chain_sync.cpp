#include "veilwire/sync/chain_sync.h"

#include <iterator>
#include <vector>

#include "veilwire/base/deadline.h"
#include "veilwire/base/take_first.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/protocol/version.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/headers.h"
#include "veilwire/wire/inventory.h"
#include "veilwire/wire/merkle.h"

namespace veilwire::sync {

using chain::NodeIndex;
using consensus::Failure;
using consensus::Guilt;
using peer::PeerId;
using protocol::MessageKind;
using wire::InventoryType;

namespace {

// A block that nobody asked for may be so far above our tip. Bitcoin Core keeps so many on a pruned node.
constexpr std::uint32_t kMostAhead = 288;

// So many senders are remembered: more blocks than a window has are rarely kept and not connected.
constexpr std::size_t kMaxSenders = 2048;

// Anybody can make such a copy of a block. It shows at once, so that it keeps no right one away.
bool is_mutated(const consensus::ParsedBlock& block) {
  const auto merkle = wire::merkle_root_of_txids(block.ids());
  return merkle.root != block.header().merkle_root || merkle.is_mutated;
}

std::string_view why_text(GiveUp::Why why) {
  return why == GiveUp::Why::kStalls ? "all wait for a block that it does not send"
                                     : "it has not sent a block for too long";
}

}  // namespace

std::string_view rule_name(SyncRule rule) {
  switch (rule) {
    case SyncRule::kUnreadable:
      return "unreadable";
    case SyncRule::kBadHeaders:
      return "bad_headers";
    case SyncRule::kMutatedBlock:
      return "mutated_block";
    case SyncRule::kInvalidBlock:
      return "invalid_block";
  }
  return "";
}

Serves serves_of(protocol::Services services) {
  if ((services & protocol::kNodeWitness) == 0) return Serves::kNothing;
  if ((services & protocol::kNodeNetwork) != 0) return Serves::kAll;
  return (services & protocol::kNodeNetworkLimited) != 0 ? Serves::kLatest : Serves::kNothing;
}

ChainSync::ChainSync(chain::HeaderTree& tree, Entropy& entropy, NodeIndex tip,
                     const SyncConfig& config)
    : tree_(tree),
      config_(config),
      tip_(tip),
      headers_(tree, entropy, config.header_times),
      download_(tree, config.download),
      told_headers_(tree.nodes().size()) {
  download_.on_tip({}, tip);
}

// -- Peers, and time --------------------------------------------------------------------------------

void ChainSync::add_peer(const SyncMoment& moment, PeerId id, const SyncPeer& peer) {
  const bool serves_headers =
      (peer.services & (protocol::kNodeNetwork | protocol::kNodeNetworkLimited)) != 0;
  download_.add_peer(id, {serves_of(peer.services), peer.is_preferred});
  headers_.add_peer(with_work(moment), id, {peer.is_preferred, serves_headers});
  settle(moment);
}

void ChainSync::remove_peer(const SyncMoment& moment, PeerId id) {
  download_.remove_peer(moment.now, id);
  headers_.remove_peer(with_work(moment), id);
  settle(moment);
}

void ChainSync::on_deadline(const SyncMoment& moment) {
  headers_.on_deadline(with_work(moment));
  download_.on_deadline(moment.now);
  settle(moment);
}

std::optional<TimePoint> ChainSync::next_deadline() const {
  return earlier(headers_.next_deadline(), download_.next_deadline());
}

std::optional<SyncAction> ChainSync::poll_action() { return take_first(actions_); }

chain::HeaderSyncMoment ChainSync::with_work(const SyncMoment& moment) const {
  return {moment.now, moment.wall, chain::required_work(tree_, tip_, config_.minimum_work)};
}

// -- What peers say ---------------------------------------------------------------------------------

void ChainSync::on_message(const SyncMoment& moment, PeerId from, protocol::OwnedMessage message) {
  const MessageKind kind = message.kind();
  if (kind == MessageKind::kHeaders) on_headers(moment, from, message.payload);
  if (kind == MessageKind::kInv) on_inv(moment, from, message.payload);
  if (kind == MessageKind::kNotFound) on_not_found(moment, from, message.payload);
  if (kind == MessageKind::kBlock) on_block(moment, from, std::move(message.payload));
  settle(moment);
}

template <typename M>
std::optional<M> ChainSync::parsed(PeerId from, ByteView payload) {
  auto message = wire::parse<M>(payload);
  if (message) return std::move(*message);
  misbehaved(from, SyncRule::kUnreadable, std::string(wire::rule_name(message.error())));
  return std::nullopt;
}

void ChainSync::on_headers(const SyncMoment& moment, PeerId from, ByteView payload) {
  const auto message = parsed<wire::Headers>(from, payload);
  if (!message) return;
  std::vector<wire::BlockHeader> headers;
  headers.reserve(message->items().size());
  for (const wire::CountedHeader& item : message->items()) headers.push_back(item.header);
  headers_.on_headers(with_work(moment), from, headers);
}

// The last one stands on the others, if they are of one chain.
void ChainSync::on_inv(const SyncMoment& moment, PeerId from, ByteView payload) {
  const auto message = parsed<wire::Inv>(from, payload);
  if (!message) return;
  std::optional<Hash256> last;
  for (const wire::InventoryEntry& entry : message->entries) {
    if (is_block(entry.type)) last = entry.hash;
  }
  if (last) headers_.on_announced(with_work(moment), from, *last);
}

void ChainSync::on_not_found(const SyncMoment& moment, PeerId from, ByteView payload) {
  const auto message = parsed<wire::NotFound>(from, payload);
  if (!message) return;
  for (const wire::InventoryEntry& entry : message->entries) {
    const auto block = is_block(entry.type) ? tree_.nodes().find(entry.hash) : std::nullopt;
    if (block && download_.on_block(moment.now, from, *block)) {
      download_.on_lacking(moment.now, from, *block);
    }
  }
}

// Whether it is wanted is known before it is parsed.
void ChainSync::on_block(const SyncMoment& moment, PeerId from, Bytes payload) {
  if (payload.size() < wire::BlockHeader::kBytes) {
    return misbehaved(from, SyncRule::kUnreadable, "a block without a header");
  }
  const auto index = index_of(moment, from, payload);
  if (!index) return;
  const bool was_asked = download_.on_block(moment.now, from, *index);
  if (tree_.has_data(*index)) {
    if (was_asked) download_.on_let_be(moment.now, *index);
    return;
  }
  if (download_.is_judged(*index) || (!was_asked && !is_welcome(from, *index))) return;
  auto block = consensus::ParsedBlock::parse(std::move(payload));
  if (!block) {
    if (was_asked) download_.on_lacking(moment.now, from, *index);
    return misbehaved(from, SyncRule::kUnreadable,
                      std::string(wire::rule_name(block.error().rule)));
  }
  if (is_mutated(**block)) {
    if (was_asked) download_.on_lacking(moment.now, from, *index);
    return misbehaved(from, SyncRule::kMutatedBlock,
                      "its transactions are not those of its header");
  }
  download_.on_judged(*index, (*block)->payload().size());
  if (!was_asked) unasked_.insert(from);
  actions_.push_back(BlockCame{from, *index, std::move(*block), was_asked});
}

// Its header goes the way of all headers first.
std::optional<NodeIndex> ChainSync::index_of(const SyncMoment& moment, PeerId from,
                                             ByteView block) {
  const Hash256 hash = crypto::sha256d(block.first(wire::BlockHeader::kBytes));
  if (const auto known = tree_.nodes().find(hash)) return known;
  wire::Reader reader(block);
  const wire::BlockHeader header = wire::BlockHeader::read(reader);
  headers_.on_headers(with_work(moment), from, {&header, 1});
  return tree_.nodes().find(hash);
}

// Though nobody asked for it.
bool ChainSync::is_welcome(PeerId from, NodeIndex block) const {
  // Nobody's copy is looked at instead of the one that another was asked for.
  if (unasked_.contains(from) || download_.is_asked(block)) return false;
  const chain::HeaderNode& node = tree_.nodes()[block];
  const chain::HeaderNode& tip = tree_.nodes()[tip_];
  return tree_.blame(block) == chain::Blame::kNone && node.work > tip.work &&
         node.work >= config_.minimum_work &&
         node.height.value() <= tip.height.value() + kMostAhead;
}

// -- What the engine says ---------------------------------------------------------------------------

void ChainSync::on_verdict(const SyncMoment& moment, const BlockCame& came,
                           const std::optional<Failure>& failure) {
  if (!came.was_asked) unasked_.erase(came.from);
  if (!failure) {
    if (senders_.size() >= kMaxSenders) senders_.erase(std::prev(senders_.end()));
    senders_[came.index] = came.from;
  }
  if (!failure || failure->guilt == Guilt::kBlock) {
    download_.on_accepted(moment.now, came.index);
  } else if (came.was_asked) {
    download_.on_lacking(moment.now, came.from, came.index);
  } else {
    download_.on_let_be(moment.now, came.index);
  }
  if (failure && failure->guilt != Guilt::kClock) {
    misbehaved(came.from,
               failure->guilt == Guilt::kCopy ? SyncRule::kMutatedBlock : SyncRule::kInvalidBlock,
               failure_text(*failure));
  }
  settle(moment);
}

void ChainSync::on_let_be(const SyncMoment& moment, const BlockCame& came) {
  if (!came.was_asked) unasked_.erase(came.from);
  download_.on_let_be(moment.now, came.index);
  settle(moment);
}

void ChainSync::on_refused(const SyncMoment& moment, NodeIndex block, const Failure& failure) {
  if (const auto sender = senders_.find(block); sender != senders_.end()) {
    misbehaved(sender->second, SyncRule::kInvalidBlock, failure_text(failure));
    senders_.erase(sender);
  }
  download_.on_lost(moment.now);
  settle(moment);
}

void ChainSync::on_lost(const SyncMoment& moment) {
  download_.on_lost(moment.now);
  settle(moment);
}

void ChainSync::on_tip(const SyncMoment& moment, NodeIndex tip) {
  tip_ = tip;
  std::erase_if(senders_, [this](const auto& sent) { return tree_.is_connected(sent.first); });
  download_.on_tip(moment.now, tip);
  settle(moment);
}

// -- What is to be done -----------------------------------------------------------------------------

void ChainSync::misbehaved(PeerId id, SyncRule rule, std::string detail) {
  actions_.push_back(Misbehaved{id, rule, std::move(detail)});
}

void ChainSync::settle(const SyncMoment& moment) {
  take_header_actions(moment);
  take_download_actions();
  if (tree_.nodes().size() == told_headers_) return;
  told_headers_ = tree_.nodes().size();
  actions_.push_back(HeadersCame{});
}

void ChainSync::take_header_actions(const SyncMoment& moment) {
  while (auto action = headers_.poll_action()) {
    if (auto* ask = std::get_if<AskForHeaders>(&*action)) {
      const wire::GetHeaders question{
          {.version = protocol::kProtocolVersion, .hashes = std::move(ask->locator), .stop = {}}};
      actions_.push_back(Send{ask->peer, wire::build(question)});
    } else if (const auto* has = std::get_if<PeerHas>(&*action)) {
      download_.on_peer_has(moment.now, has->peer, has->block);
    } else {
      const auto& ended = std::get<HeadersEnded>(*action);
      const auto why = chain::header_sync_end_text(ended.why);
      if (is_fault(ended.why)) {
        misbehaved(ended.peer, SyncRule::kBadHeaders, std::string(why));
      } else if (ended.was_leader && ended.why != chain::HeaderSyncEnd::kNoEntropy &&
                 ended.why != chain::HeaderSyncEnd::kTreeFull) {
        actions_.push_back(LetGo{ended.peer, why});
      }
    }
  }
}

void ChainSync::take_download_actions() {
  while (const auto action = download_.poll_action()) {
    if (const auto* given = std::get_if<GiveUp>(&*action)) {
      actions_.push_back(LetGo{given->peer, why_text(given->why)});
      continue;
    }
    const auto& ask = std::get<AskForBlocks>(*action);
    std::vector<wire::InventoryEntry> wanted;
    for (const NodeIndex block : ask.blocks) {
      wanted.push_back({InventoryType::kWitnessBlock, tree_.nodes()[block].hash});
    }
    const Bytes packed = wire::pack<wire::InventoryEntry>(wanted);
    actions_.push_back(Send{ask.peer, wire::build(wire::GetData{wire::InventoryList(packed)})});
  }
}

}  // namespace veilwire::sync

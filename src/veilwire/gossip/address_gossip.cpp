#include "veilwire/gossip/address_gossip.h"

#include <algorithm>

#include "veilwire/base/deadline.h"
#include "veilwire/base/endian.h"
#include "veilwire/crypto/exponential.h"
#include "veilwire/wire/addr.h"
#include "veilwire/wire/codec.h"

namespace veilwire::gossip {

using addr::HeardAddress;
using peer::PeerId;
using protocol::MessageKind;

namespace {

// As Bitcoin Core has them: a message of more is an answer to getaddr, and an older address is no news.
constexpr std::size_t kMostNews = 10;
constexpr std::chrono::minutes kNewsAge{10};
// Off the time that a peer says.
constexpr std::chrono::hours kPenalty{2};
// Times that cannot be are taken for this long ago.
constexpr std::chrono::hours kUnknownAge{5 * 24};
constexpr std::chrono::minutes kMaxAhead{10};
constexpr UnixTime kEarliest = from_unix_seconds(100'000'000);

constexpr std::int64_t kRotationSeconds = 24 * 60 * 60;

// What each peer is known to know: 30 kB.
constexpr std::uint32_t kKnown = 5000;

Bytes to_bytes(const wire::NetEndpoint& endpoint) {
  Bytes bytes{static_cast<std::uint8_t>(endpoint.address.network())};
  const ByteView address = endpoint.address.bytes();
  bytes.insert(bytes.end(), address.begin(), address.end());
  bytes.push_back(static_cast<std::uint8_t>(endpoint.port >> 8));
  bytes.push_back(static_cast<std::uint8_t>(endpoint.port));
  return bytes;
}

UnixTime likely_time(UnixTime said, UnixTime wall) {
  const bool cannot_be = said <= kEarliest || said > wall + kMaxAhead;
  return cannot_be ? wall - kUnknownAge : said;
}

bool is_of_a_full_node(const HeardAddress& address) {
  return (address.services & (protocol::kNodeNetwork | protocol::kNodeNetworkLimited)) != 0;
}

}  // namespace

AddressGossip::AddressGossip(const Shared& shared, const crypto::SipKey& key, crypto::Dice dice,
                             const GossipTimes& times)
    : shared_(shared),
      key_(key),
      dice_(std::move(dice)),
      times_(times),
      answers_(key, crypto::Dice::of_seed(dice_.u64())) {}

// -- Peers, and time --------------------------------------------------------------------------------

void AddressGossip::add_peer(const GossipMoment& moment, PeerId id, const GossipPeer& facts) {
  if (!facts.takes_addresses) return;
  Peer& peer =
      peers_.emplace(id, Peer{facts, addr::AddrRate(moment.now), addr::RollingFilter(kKnown, key_)})
          .first->second;
  peer.next_send = deadline_after(moment.now, crypto::exponential(times_.send_mean, dice_));
  peer.next_self = moment.now;
  if (facts.direction != protocol::Direction::kOutbound) return;
  peer.awaits_answer = true;
  peer.rate.on_getaddr_sent();
  actions_.push_back(Send{id, wire::build(wire::GetAddr{})});
}

void AddressGossip::on_deadline(const GossipMoment& moment) {
  for (auto& [id, peer] : peers_) {
    if (moment.now < peer.next_send) continue;
    peer.next_send = deadline_after(moment.now, crypto::exponential(times_.send_mean, dice_));
    if (moment.now >= peer.next_self && !own_.empty()) tell_of_ourselves(moment, peer);
    send_waiting(id, peer);
  }
}

std::optional<TimePoint> AddressGossip::next_deadline() const {
  std::optional<TimePoint> next;
  for (const auto& [_, peer] : peers_) next = earlier(next, peer.next_send);
  return next;
}

std::optional<GossipAction> AddressGossip::poll_action() {
  if (actions_.empty()) return std::nullopt;
  GossipAction action = std::move(actions_.front());
  actions_.pop_front();
  return action;
}

std::size_t AddressGossip::waiting_for(PeerId id) const {
  const auto found = peers_.find(id);
  return found == peers_.end() ? 0 : found->second.waiting.size();
}

// -- What peers say ---------------------------------------------------------------------------------

void AddressGossip::on_message(const GossipMoment& moment, PeerId from, MessageKind kind,
                               ByteView payload) {
  const auto found = peers_.find(from);
  if (found == peers_.end()) return;
  Peer& peer = found->second;
  if (kind == MessageKind::kAddr) on_addresses<wire::Addr>(moment, from, peer, payload);
  if (kind == MessageKind::kAddrV2) on_addresses<wire::AddrV2>(moment, from, peer, payload);
  if (kind == MessageKind::kGetAddr) on_getaddr(moment, peer);
}

template <typename M>
void AddressGossip::on_addresses(const GossipMoment& moment, PeerId from, Peer& peer,
                                 ByteView payload) {
  const auto message = wire::parse<M>(payload);
  if (!message) {
    actions_.push_back(Unreadable{from, message.error()});
    return;
  }
  std::vector<HeardAddress> heard;
  for (const wire::AddressEntry& entry : message->entries) {
    if (!peer.rate.take(moment.now)) break;  // what comes now is no later
    if (auto address = HeardAddress::of(entry)) heard.push_back(std::move(*address));
  }
  take(moment, from, peer, heard, message->entries.size());
}

void AddressGossip::take(const GossipMoment& moment, PeerId from, Peer& peer,
                         std::span<const HeardAddress> heard, std::size_t count_in_message) {
  const bool is_news = count_in_message <= kMostNews && !peer.awaits_answer;
  std::vector<HeardAddress> taken;
  for (HeardAddress address : heard) {
    if (!is_of_a_full_node(address)) continue;
    address.time = likely_time(address.time, moment.wall);
    peer.known.insert(to_bytes(address.endpoint));
    const wire::NetAddress& where = address.endpoint.address;
    if (shared_.bans.is_banned(moment.wall, where) || shared_.discouraged.contains(where)) continue;
    if (is_news && where.is_routable() && address.time > moment.wall - kNewsAge) {
      pass_on(moment.wall, from, address);
    }
    taken.push_back(address);
  }
  shared_.book.add(moment.wall, taken, peer.facts.address, kPenalty, dice_);
  if (count_in_message < wire::kMaxAddresses) peer.awaits_answer = false;
}

// Of who dialled us, and once: else our book could be read by asking often.
void AddressGossip::on_getaddr(const GossipMoment& moment, Peer& peer) {
  if (peer.facts.direction != protocol::Direction::kInbound || peer.has_asked) return;
  peer.has_asked = true;
  peer.waiting.clear();
  const auto answer =
      answers_.answer(moment.now, moment.wall, peer.facts.audience, shared_.book);
  for (const HeardAddress& address : answer) {
    const wire::NetAddress& where = address.endpoint.address;
    if (shared_.bans.is_banned(moment.wall, where) || shared_.discouraged.contains(where)) continue;
    put(peer, address);
  }
}

// -- What goes out ----------------------------------------------------------------------------------

// To the peers whose keyed hash with it is the highest, which is so for a day; the day begins at another
// time for each address.
void AddressGossip::pass_on(UnixTime wall, PeerId from, const HeardAddress& address) {
  Bytes seed = to_bytes(address.endpoint);
  const std::uint64_t hash = crypto::siphash24(key_, seed);
  const std::int64_t offset = static_cast<std::int64_t>(hash % kRotationSeconds);
  const auto day = static_cast<std::uint64_t>((to_unix_seconds(wall) + offset) / kRotationSeconds);
  const bool is_reachable = reachable_.contains(address.endpoint.address.network());
  const std::size_t count = is_reachable || (hash >> 63) != 0 ? 2 : 1;

  const std::size_t size = seed.size();
  seed.resize(size + 16);
  store_le(seed.data() + size, day);
  std::vector<std::pair<std::uint64_t, Peer*>> best;
  for (auto& [id, peer] : peers_) {
    if (id == from) continue;
    store_le(seed.data() + size + 8, id.value());
    best.emplace_back(crypto::siphash24(key_, seed), &peer);
  }
  const auto end = best.begin() + static_cast<std::ptrdiff_t>(std::min(count, best.size()));
  std::ranges::partial_sort(best, end, std::ranges::greater(), &decltype(best)::value_type::first);
  for (auto at = best.begin(); at != end; ++at) put(*at->second, address);
}

void AddressGossip::put(Peer& peer, const HeardAddress& address) {
  const bool fits =
      peer.facts.takes_addrv2 || address.endpoint.address.to_legacy().has_value();
  if (!fits || peer.known.contains(to_bytes(address.endpoint))) return;
  if (peer.waiting.size() < wire::kMaxAddresses) {
    peer.waiting.push_back(address);
  } else {
    peer.waiting[dice_.below(wire::kMaxAddresses)] = address;
  }
}

// The one of the network on which the peer reached us, where there is one.
void AddressGossip::tell_of_ourselves(const GossipMoment& moment, Peer& peer) {
  peer.next_self = deadline_after(moment.now, crypto::exponential(times_.self_mean, dice_));
  const auto same = std::ranges::find_if(own_, [&peer](const HeardAddress& own) {
    return own.endpoint.address.network() == peer.facts.audience.network;
  });
  HeardAddress own = same == own_.end() ? own_.front() : *same;
  own.time = moment.wall;
  // It may have heard of us long ago.
  const bool fits = peer.facts.takes_addrv2 || own.endpoint.address.to_legacy().has_value();
  if (fits && peer.waiting.size() < wire::kMaxAddresses) peer.waiting.push_back(own);
}

void AddressGossip::send_waiting(PeerId id, Peer& peer) {
  if (peer.waiting.empty()) return;
  std::vector<wire::AddressEntry> entries;
  for (const HeardAddress& address : std::exchange(peer.waiting, {})) {
    peer.known.insert(to_bytes(address.endpoint));
    entries.push_back(to_entry(address));
  }
  protocol::OwnedMessage message{
      peer.facts.takes_addrv2 ? MessageKind::kAddrV2 : MessageKind::kAddr, {}};
  wire::Writer writer(message.payload);
  peer.facts.takes_addrv2 ? write_addrv2(writer, entries) : write_addr(writer, entries);
  actions_.push_back(Send{id, std::move(message)});
}

}  // namespace veilwire::gossip

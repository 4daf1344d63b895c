#include "veilwire/gossip/address_gossip.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "veilwire/addr/address_bytes.h"
#include "veilwire/base/deadline.h"
#include "veilwire/base/endian.h"
#include "veilwire/base/take_first.h"
#include "veilwire/crypto/exponential.h"
#include "veilwire/wire/addr.h"
#include "veilwire/wire/codec.h"

namespace veilwire::gossip {

using addr::HeardAddress;
using addr::Seconds32;
using peer::PeerId;
using protocol::MessageKind;
using wire::NetworkId;

namespace {

// As Bitcoin Core has them: a message of more is an answer to getaddr, and an older address is no
// news.
constexpr std::size_t kMostNews = 10;
constexpr std::chrono::minutes kNewsAge{10};
// Off the time that a peer says.
constexpr std::chrono::hours kPenalty{2};

constexpr std::uint64_t kRotationSeconds = 24 * 60 * 60;

// What each peer is known to know: 30 kB once it knows that many.
constexpr std::uint32_t kKnown = 5000;

bool is_of_a_full_node(const HeardAddress& address) {
  return (address.services & (protocol::kNodeNetwork | protocol::kNodeNetworkLimited)) != 0;
}

bool can_carry(const GossipPeer& peer, const HeardAddress& address) {
  return peer.takes_addrv2 || address.endpoint.address.to_legacy().has_value();
}

// Who is reached there does not want to be known elsewhere.
bool hides_who_is_there(NetworkId network) {
  return network == NetworkId::kTorV3 || network == NetworkId::kI2p;
}

}  // namespace

// Each filter has a key of its own, and so have the answers: what one peer's takes for known by
// chance, the others' do not.
AddressGossip::AddressGossip(const Shared& shared, const crypto::SipKey& key, crypto::Dice dice,
                             const GossipTimes& times)
    : shared_(shared),
      key_(key),
      dice_(std::move(dice)),
      times_(times),
      answers_({key.k0, ~key.k1}, crypto::Dice::of_seed(dice_.u64())) {}

// -- Peers, and time ------------------------------------------------------------------------------

void AddressGossip::add_peer(const GossipMoment& moment, PeerId id, const GossipPeer& facts) {
  if (!facts.takes_addresses) return;
  const crypto::SipKey filter_key{dice_.u64(), dice_.u64()};
  Peer fresh{facts, addr::AddrRate(moment.now), addr::RollingFilter(kKnown, filter_key)};
  Peer& peer = peers_.emplace(id, std::move(fresh)).first->second;
  if (facts.direction != protocol::Direction::kOutbound) return;
  peer.awaits_answer = true;
  peer.rate.on_getaddr_sent();
  actions_.push_back(Send{id, wire::build(wire::GetAddr{})});
  begin_telling(moment.now, peer);
}

void AddressGossip::remove_peer(PeerId id) {
  peers_.erase(id);
  std::erase_if(actions_, [id](const GossipAction& action) {
    const auto* const send = std::get_if<Send>(&action);
    return (send != nullptr ? send->to : std::get<Unreadable>(action).peer) == id;
  });
  find_next_deadline();
}

void AddressGossip::on_deadline(const GossipMoment& moment) {
  if (moment.now < next_deadline_) return;
  for (auto& [id, peer] : peers_) {
    if (moment.now >= peer.next_self) tell_of_ourselves(moment, id, peer);
    if (moment.now >= peer.next_send) send_waiting(id, peer);
  }
  find_next_deadline();
}

void AddressGossip::find_next_deadline() {
  next_deadline_ = kNever;
  for (const auto& [_, peer] : peers_) {
    next_deadline_ = std::min({next_deadline_, peer.next_send, peer.next_self});
  }
}

std::optional<TimePoint> AddressGossip::next_deadline() const {
  return next_deadline_ == kNever ? std::nullopt : std::optional(next_deadline_);
}

std::optional<GossipAction> AddressGossip::poll_action() { return take_first(actions_); }

std::size_t AddressGossip::waiting_for(PeerId id) const {
  const auto found = peers_.find(id);
  return found == peers_.end() ? 0 : found->second.waiting.size();
}

// -- What peers say -------------------------------------------------------------------------------

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
  begin_telling(moment.now, peer);
  std::vector<HeardAddress> heard;
  for (const wire::AddressEntry& entry : message->entries) {
    // Once refused, all that follow at the same time would be too.
    if (!peer.rate.take(moment.now)) break;
    if (auto address = HeardAddress::of(entry)) heard.push_back(*address);
  }
  take(moment, from, peer, heard, message->entries.size());
  if (message->entries.size() < wire::kMaxAddresses) peer.awaits_answer = false;
}

void AddressGossip::take(const GossipMoment& moment, PeerId from, Peer& peer,
                         std::span<const HeardAddress> heard, std::size_t count_in_message) {
  const Seconds32 wall = Seconds32::of(moment.wall);
  const bool is_news = count_in_message <= kMostNews && !peer.awaits_answer;
  std::vector<HeardAddress> taken;
  for (HeardAddress address : heard) {
    if (!is_of_a_full_node(address)) continue;
    const wire::NetAddress& where = address.endpoint.address;
    const Seconds32 time = addr::plausible_time(address.time, wall);
    address.time = time.time();
    peer.known.insert(addr::bytes_of(address.endpoint));
    if (is_unwelcome(moment.wall, where)) continue;
    if (is_news && where.is_routable() && wall.since(time) < kNewsAge) {
      pass_on(moment, from, address);
    }
    if (reachable_.contains(where.network())) taken.push_back(address);
  }
  if (taken.empty()) return;
  shared_.book.add(moment.wall, taken, peer.facts.address, kPenalty, dice_);
}

bool AddressGossip::is_unwelcome(UnixTime wall, const wire::NetAddress& address) const {
  return shared_.bans.is_banned(wall, address) || shared_.discouraged.contains(address);
}

// Of who dialled us, and once: else our book could be read by asking often.
void AddressGossip::on_getaddr(const GossipMoment& moment, Peer& peer) {
  if (peer.facts.direction != protocol::Direction::kInbound || peer.has_asked) return;
  begin_telling(moment.now, peer);
  peer.has_asked = true;
  peer.waiting.clear();
  const auto answer = answers_.answer(moment.now, moment.wall, peer.facts.audience, shared_.book);
  for (const HeardAddress& address : answer) {
    if (!is_unwelcome(moment.wall, address.endpoint.address)) put(moment.now, peer, address);
  }
}

// -- What is passed on ----------------------------------------------------------------------------

// To the peers whose keyed hash with it is the highest, which is so for a day; the day begins at
// another time for each address.
void AddressGossip::pass_on(const GossipMoment& moment, PeerId from, const HeardAddress& address) {
  const std::uint64_t hash = crypto::siphash24(key_, addr::bytes_of(address.endpoint));
  const std::int64_t seconds = to_unix_seconds(Seconds32::of(moment.wall).time());
  const std::uint64_t day =
      (static_cast<std::uint64_t>(seconds) + hash % kRotationSeconds) / kRotationSeconds;
  const bool is_reachable = reachable_.contains(address.endpoint.address.network());
  const std::size_t count = is_reachable || (hash >> 63) != 0 ? 2 : 1;

  std::vector<std::pair<std::uint64_t, Peer*>> best;
  best.reserve(peers_.size());
  for (auto& [id, peer] : peers_) {
    if (id == from || !peer.wants_addresses || !can_carry(peer.facts, address)) continue;
    best.emplace_back(rank(hash, day, id), &peer);
  }
  const auto end = best.begin() + static_cast<std::ptrdiff_t>(std::min(count, best.size()));
  std::ranges::partial_sort(best, end, std::ranges::greater(), &decltype(best)::value_type::first);
  for (auto at = best.begin(); at != end; ++at) put(moment.now, *at->second, address);
}

std::uint64_t AddressGossip::rank(std::uint64_t address_hash, std::uint64_t day, PeerId id) const {
  std::array<std::uint8_t, 24> text;
  store_le(text.data(), address_hash);
  store_le(text.data() + 8, day);
  store_le(text.data() + 16, id.value());
  return crypto::siphash24(key_, text);
}

// The wait for the next of events that come at random does not depend on when one looks: so the
// timer begins with the first address.
void AddressGossip::put(TimePoint now, Peer& peer, const HeardAddress& address) {
  if (!can_carry(peer.facts, address) || peer.known.contains(addr::bytes_of(address.endpoint)))
    return;
  if (peer.waiting.size() < wire::kMaxAddresses) {
    peer.waiting.push_back(address);
  } else {
    peer.waiting[dice_.below(wire::kMaxAddresses)] = address;
  }
  if (peer.next_send != kNever) return;
  peer.next_send = deadline_after(now, crypto::exponential(times_.send_mean, dice_));
  next_deadline_ = std::min(next_deadline_, peer.next_send);
}

// What it has told us since, or what waits twice, is left out.
void AddressGossip::send_waiting(PeerId id, Peer& peer) {
  peer.next_send = kNever;
  std::vector<wire::AddressEntry> entries;
  for (const HeardAddress& address : std::exchange(peer.waiting, {})) {
    const Bytes bytes = addr::bytes_of(address.endpoint);
    if (peer.known.contains(bytes)) continue;
    peer.known.insert(bytes);
    entries.push_back(to_entry(address));
  }
  if (!entries.empty()) send(id, peer, entries);
}

void AddressGossip::send(PeerId id, const Peer& peer, std::span<const wire::AddressEntry> entries) {
  const bool is_v2 = peer.facts.takes_addrv2;
  protocol::OwnedMessage message{is_v2 ? MessageKind::kAddrV2 : MessageKind::kAddr, {}};
  wire::Writer writer(message.payload);
  if (is_v2) {
    write_addrv2(writer, entries);
  } else {
    write_addr(writer, entries);
  }
  actions_.push_back(Send{id, std::move(message)});
}

// -- What we tell of ourselves --------------------------------------------------------------------

void AddressGossip::set_own(const GossipMoment& moment, std::vector<HeardAddress> own) {
  own_ = std::move(own);
  for (auto& [_, peer] : peers_) {
    if (!peer.wants_addresses) continue;
    if (!peer.knows_us) {
      plan_self(moment.now, peer, times_.send_mean);
    } else if (peer.next_self == kNever) {
      plan_self(moment.now, peer, times_.self_mean);
    }
  }
  find_next_deadline();
}

void AddressGossip::begin_telling(TimePoint now, Peer& peer) {
  if (peer.wants_addresses) return;
  peer.wants_addresses = true;
  plan_self(now, peer, times_.send_mean);
}

void AddressGossip::plan_self(TimePoint now, Peer& peer, Duration mean) {
  if (own_.empty()) {
    peer.next_self = kNever;
    return;
  }
  peer.next_self = deadline_after(now, crypto::exponential(mean, dice_));
  next_deadline_ = std::min(next_deadline_, peer.next_self);
}

// In a message of its own: at the end of a long one it would be over the peer's rate, or no news.
// What the peer knows is not asked, since it may have heard of us long ago.
void AddressGossip::tell_of_ourselves(const GossipMoment& moment, PeerId id, Peer& peer) {
  plan_self(moment.now, peer, times_.self_mean);
  const HeardAddress* const own = own_for(peer.facts);
  if (own == nullptr) return;
  peer.knows_us = true;
  peer.known.insert(addr::bytes_of(own->endpoint));
  wire::AddressEntry entry = to_entry(*own);
  entry.time = Seconds32::of(moment.wall).time();
  send(id, peer, {&entry, 1});
}

const HeardAddress* AddressGossip::own_for(const GossipPeer& peer) const {
  const NetworkId joins_us = peer.audience.network;
  const HeardAddress* other = nullptr;
  for (const HeardAddress& own : own_) {
    const NetworkId network = own.endpoint.address.network();
    if (!can_carry(peer, own)) continue;
    if (network == joins_us) return &own;
    const bool links = hides_who_is_there(network) || hides_who_is_there(joins_us);
    if (other == nullptr && !links) other = &own;
  }
  return other;
}

}  // namespace veilwire::gossip

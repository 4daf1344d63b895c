// The gossip with a book, a clock, and peers that write down what they are told.
#pragma once

#include <set>
#include <stdexcept>
#include <vector>

#include "veilwire/addr/testing/addresses.h"
#include "veilwire/gossip/address_gossip.h"
#include "veilwire/wire/addr.h"
#include "veilwire/wire/codec.h"

namespace veilwire::gossip::testing {

using Addresses = std::vector<addr::HeardAddress>;

// Longer than anything waits to be sent.
inline constexpr Duration kLong = 45 * std::chrono::seconds(30);

inline addr::HeardAddress onion(std::uint64_t seed, UnixTime time) {
  crypto::Dice dice = crypto::Dice::of_seed(seed);
  return addr::testing::heard({addr::testing::random_address(wire::NetworkId::kTorV3, dice), 8333},
                              time);
}

struct Said {
  peer::PeerId to{};
  protocol::MessageKind kind{};
  Addresses addresses;

  friend bool operator==(const Said&, const Said&) = default;
};

inline Bytes payload_of(protocol::MessageKind kind, const Addresses& addresses) {
  std::vector<wire::AddressEntry> entries;
  for (const addr::HeardAddress& each : addresses) entries.push_back(to_entry(each));
  Bytes payload;
  wire::Writer writer(payload);
  if (kind == protocol::MessageKind::kAddrV2) {
    wire::write_addrv2(writer, entries);
  } else {
    wire::write_addr(writer, entries);
  }
  return payload;
}

class GossipRig {
 public:
  static constexpr protocol::Direction kInbound = protocol::Direction::kInbound;
  static constexpr protocol::Direction kOutbound = protocol::Direction::kOutbound;

  explicit GossipRig(std::uint64_t seed = 1, UnixTime wall = addr::testing::kNow)
      : wall_offset(to_unix_seconds(wall)),
        gossip({book, bans, discouraged}, {5, 6}, crypto::Dice::of_seed(seed)) {}

  GossipMoment moment() const {
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(now - TimePoint());
    return {now, from_unix_seconds(wall_offset) + passed};
  }
  UnixTime wall() const { return moment().wall; }

  // An id that was not there yet.
  peer::PeerId join(GossipPeer facts) {
    const peer::PeerId id = peer::PeerId::of(next_id++);
    facts.address = addr::testing::ipv4(static_cast<std::uint32_t>(1000 + id.value()), 1);
    gossip.add_peer(moment(), id, facts);
    drain();
    return id;
  }
  peer::PeerId join(protocol::Direction direction) {
    return join(GossipPeer{.direction = direction, .takes_addrv2 = true});
  }
  // Inbound, and has shown that it wants addresses.
  peer::PeerId join_listener(GossipPeer facts) {
    facts.direction = kInbound;
    const peer::PeerId id = join(facts);
    hear(id, {});
    return id;
  }
  peer::PeerId join_listener() { return join_listener(GossipPeer{.takes_addrv2 = true}); }

  void hear(peer::PeerId from, const Addresses& addresses) {
    hear(from, protocol::MessageKind::kAddrV2,
         payload_of(protocol::MessageKind::kAddrV2, addresses));
  }
  void hear(peer::PeerId from, protocol::MessageKind kind, ByteView payload) {
    gossip.on_message(moment(), from, kind, payload);
    drain();
  }
  void ask(peer::PeerId from) { hear(from, protocol::MessageKind::kGetAddr, {}); }

  // From deadline to deadline. Throws std::logic_error for one that has passed already.
  void pass(Duration span) {
    const TimePoint end = now + span;
    for (auto next = gossip.next_deadline(); next && *next <= end; next = gossip.next_deadline()) {
      if (*next < now) throw std::logic_error("the deadline has passed");
      now = *next;
      gossip.on_deadline(moment());
      drain();
    }
    now = end;
  }

  void drain() {
    while (const auto action = gossip.poll_action()) {
      if (const auto* const send = std::get_if<Send>(&*action)) {
        said.push_back({send->to, send->message.kind(), addresses_of(send->message)});
      } else {
        unreadable.push_back(std::get<Unreadable>(*action));
      }
    }
  }

  // All that a peer was told, in the order in which it was.
  Addresses told(peer::PeerId id) const {
    Addresses out;
    for (const Said& each : said) {
      if (each.to == id) out.insert(out.end(), each.addresses.begin(), each.addresses.end());
    }
    return out;
  }
  std::set<peer::PeerId> told_of(const wire::NetEndpoint& endpoint) const {
    std::set<peer::PeerId> out;
    for (const Said& each : said) {
      for (const addr::HeardAddress& address : each.addresses) {
        if (address.endpoint == endpoint) out.insert(each.to);
      }
    }
    return out;
  }
  std::size_t count(protocol::MessageKind kind) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(said, [kind](const Said& each) { return each.kind == kind; }));
  }

  // Different ones, of IPv4, from all over.
  Addresses some(std::uint32_t count, UnixTime time) {
    Addresses out;
    for (std::uint32_t i = 0; i < count; ++i, ++next_address) {
      const wire::NetAddress address =
          addr::testing::ipv4(next_address % 997, 2 + next_address / 997);
      out.push_back(addr::testing::heard({address, 8333}, time));
    }
    return out;
  }
  Addresses some(std::uint32_t count) { return some(count, wall()); }
  // Put into the book, from many sources.
  void fill_book(std::uint32_t count) {
    for (const addr::HeardAddress& each : some(count)) {
      book.add(wall(), {&each, 1}, addr::testing::ipv4(dice.below(5000), 1), {}, dice);
    }
  }

  TimePoint now = TimePoint() + std::chrono::hours(1);
  std::int64_t wall_offset;
  addr::AddressBook book{{}, {}, {1, 2}};
  addr::Bans bans;
  addr::Discouraged discouraged{{3, 4}};
  AddressGossip gossip;
  std::vector<Said> said;
  std::vector<Unreadable> unreadable;
  std::uint64_t next_id = 1;
  std::uint32_t next_address = 0;
  crypto::Dice dice = crypto::Dice::of_seed(99);

 private:
  static Addresses addresses_of(const protocol::OwnedMessage& message) {
    Addresses out;
    const auto add = [&out](const auto& entries) {
      for (const wire::AddressEntry& entry : entries) {
        out.push_back(addr::HeardAddress::of(entry).value());
      }
    };
    if (message.kind() == protocol::MessageKind::kAddr) {
      add(wire::parse<wire::Addr>(message.payload).value().entries);
    }
    if (message.kind() == protocol::MessageKind::kAddrV2) {
      add(wire::parse<wire::AddrV2>(message.payload).value().entries);
    }
    return out;
  }
};

}  // namespace veilwire::gossip::testing

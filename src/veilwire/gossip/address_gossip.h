// Addresses taken from peers, passed on to a few, and asked for: the topic of `node` for addr,
// addrv2 and getaddr.
//
// What is taken goes to the book, no faster than one address in ten seconds from each peer. A fresh
// one, in a message of few, is passed on to two peers, which are the same for a day: so a flood of
// the same address goes nowhere twice. What goes to a peer waits for a random time, so that nobody
// sees where it came from. Our own address is told to each peer about once a day.
//
// A peer that dialled us is told nothing before it has sent one of these messages itself: many only
// look around, and what they are told is lost to the network.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "veilwire/addr/addr_rate.h"
#include "veilwire/addr/answers.h"
#include "veilwire/addr/bans.h"
#include "veilwire/addr/book.h"
#include "veilwire/addr/discouraged.h"
#include "veilwire/addr/rolling_filter.h"
#include "veilwire/base/time.h"
#include "veilwire/peer/peer_id.h"
#include "veilwire/protocol/direction.h"
#include "veilwire/protocol/message.h"
#include "veilwire/wire/rule.h"

namespace veilwire::gossip {

struct GossipMoment {
  TimePoint now{};
  UnixTime wall{};  // any number
};

struct GossipPeer {
  protocol::Direction direction{};
  // Not where it relays blocks alone: with such a peer nothing of this is exchanged.
  bool takes_addresses = true;
  bool takes_addrv2 = false;
  wire::NetAddress address{};  // its own: the source of what it tells
  addr::Audience audience{};   // of our answers, and of what we tell of ourselves
};

// As Bitcoin Core has them. REQUIRES: above 0.
struct GossipTimes {
  Duration send_mean = std::chrono::seconds(30);
  Duration self_mean = std::chrono::hours(24);
};

struct Send {
  peer::PeerId to{};
  protocol::OwnedMessage message;
};
struct Unreadable {  // a payload that could not be parsed
  peer::PeerId peer{};
  wire::PayloadRule rule{};
};
using GossipAction = std::variant<Send, Unreadable>;

class AddressGossip {
 public:
  // What several topics share; all of them outlive it.
  struct Shared {
    addr::AddressBook& book;
    const addr::Bans& bans;
    const addr::Discouraged& discouraged;
  };

  // The key is secret, and decides to whom what is passed on.
  AddressGossip(const Shared& shared, const crypto::SipKey& key, crypto::Dice dice,
                const GossipTimes& times = {});

  // Where we can be reached: what we tell of ourselves. None before we are at the tip of the chain.
  // A peer is told one address, the one of the network that joins us where there is one. An onion
  // or I2P address is told on its own network only, and nothing else is told there: both in one
  // place would say who hides there.
  void set_own(const GossipMoment& moment, std::vector<addr::HeardAddress> own);
  // Networks that we can dial. What lies on another is not kept, and passed on to one peer or two.
  void set_reachable(addr::NetworkSet networks) { reachable_ = networks; }

  // Once both have said verack. REQUIRES: an id that was not added before.
  void add_peer(const GossipMoment& moment, peer::PeerId id, const GossipPeer& peer);
  // No action names it any more.
  void remove_peer(peer::PeerId id);
  // Kinds other than addr, addrv2 and getaddr are not looked at.
  void on_message(const GossipMoment& moment, peer::PeerId from, protocol::MessageKind kind,
                  ByteView payload);
  void on_deadline(const GossipMoment& moment);

  std::optional<GossipAction> poll_action();
  // Nothing where nobody is waited for: peers without news cost no timer.
  std::optional<TimePoint> next_deadline() const;

  // Addresses that wait to be sent to it.
  std::size_t waiting_for(peer::PeerId id) const;

 private:
  static constexpr TimePoint kNever = TimePoint::max();

  struct Peer {
    GossipPeer facts;
    addr::AddrRate rate;
    addr::RollingFilter known;  // what it has told us, or we it
    std::vector<addr::HeardAddress> waiting{};
    TimePoint next_send = kNever;  // of what waits
    TimePoint next_self = kNever;
    bool wants_addresses = false;  // as far as it has shown
    bool knows_us = false;
    bool awaits_answer = false;
    bool has_asked = false;
  };

  template <typename M>
  void on_addresses(const GossipMoment& moment, peer::PeerId from, Peer& peer, ByteView payload);
  void take(const GossipMoment& moment, peer::PeerId from, Peer& peer,
            std::span<const addr::HeardAddress> heard, std::size_t count_in_message);
  bool is_unwelcome(UnixTime wall, const wire::NetAddress& address) const;
  void on_getaddr(const GossipMoment& moment, Peer& peer);

  void pass_on(const GossipMoment& moment, peer::PeerId from, const addr::HeardAddress& address);
  std::uint64_t rank(std::uint64_t address_hash, std::uint64_t day, peer::PeerId id) const;
  void put(TimePoint now, Peer& peer, const addr::HeardAddress& address);
  void send_waiting(peer::PeerId id, Peer& peer);

  void begin_telling(TimePoint now, Peer& peer);
  void plan_self(TimePoint now, Peer& peer, Duration mean);
  void tell_of_ourselves(const GossipMoment& moment, peer::PeerId id, Peer& peer);
  const addr::HeardAddress* own_for(const GossipPeer& peer) const;

  void send(peer::PeerId id, const Peer& peer, std::span<const wire::AddressEntry> entries);
  void find_next_deadline();

  const Shared shared_;
  const crypto::SipKey key_;
  crypto::Dice dice_;
  const GossipTimes times_;
  addr::Answers answers_;
  std::vector<addr::HeardAddress> own_;
  addr::NetworkSet reachable_ = addr::NetworkSet::all();
  std::map<peer::PeerId, Peer> peers_;
  TimePoint next_deadline_ = kNever;  // the earliest of the peers'
  std::deque<GossipAction> actions_;
};

}  // namespace veilwire::gossip

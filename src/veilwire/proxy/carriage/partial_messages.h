// The memory of messages that have not come whole, over all connections that are relayed: three
// budgets, so that nothing that inbound peers do can stop what an outbound peer or a program sends.
// A machine without sockets.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "veilwire/base/ip_address.h"
#include "veilwire/base/time.h"
#include "veilwire/limits/buffer_ledger.h"

namespace veilwire::proxy {

// Who sends what is held. Each has a budget of its own.
enum class Sender : std::uint8_t { kInboundPeer, kOutboundPeer, kProgram };
std::string_view sender_name(Sender sender);  // "inbound_peer", "outbound_peer", "program"

// What shares a budget fairly with others like it.
//
//   an address            its /24 or, of IPv6, its /64
//   a name, as it is      each its own: through an upstream proxy all have the address of the proxy
//   asked for
IpAddress source_of(std::string_view host);

class PartialMessages {
 public:
  using Id = limits::BufferLedger::Id;  // of a connection, the same for both of its sides
  using Partial = limits::BufferLedger::Partial;
  using Step = limits::BufferLedger::Step;

  struct Decision {
    Sender sender{};
    limits::BufferLedger::Decision what{};
  };

  // `limits` for each of the three.
  explicit PartialMessages(const limits::BufferLimits& limits)
      : ledgers_{limits::BufferLedger(limits), limits::BufferLedger(limits),
                 limits::BufferLedger(limits)} {}

  // As limits::BufferLedger has them.
  void set(TimePoint now, Sender sender, Id id, const IpAddress& source, const Partial& partial) {
    of(sender).set(now, id, source, partial);
  }
  // Both sides have ended.
  void remove(Id id);
  std::optional<Decision> poll(TimePoint now);
  std::optional<TimePoint> next_deadline() const;
  std::size_t read_limit(Sender sender, Id id) const { return of(sender).read_limit(id); }

  std::size_t held_bytes(Sender sender) const { return of(sender).held_bytes(); }
  std::size_t waiting_count(Sender sender) const { return of(sender).waiting_count(); }

 private:
  limits::BufferLedger& of(Sender sender) { return ledgers_[static_cast<std::size_t>(sender)]; }
  const limits::BufferLedger& of(Sender sender) const {
    return ledgers_[static_cast<std::size_t>(sender)];
  }

  std::array<limits::BufferLedger, 3> ledgers_;  // in the order of Sender
};

}  // namespace veilwire::proxy

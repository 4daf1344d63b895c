// Whether the other side is still there, and how far away (BIP 31).
#pragma once

#include <cstdint>
#include <optional>

#include "veilwire/protocol/message_kind.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

struct Ping {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kPing;

  // Not there from peers up to protocol version 60000, who expect no pong.
  std::optional<std::uint64_t> nonce = 0;

  static Ping read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const Ping&, const Ping&) = default;
};

// The answer, with the nonce of the ping.
struct Pong {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kPong;

  std::uint64_t nonce = 0;

  static Pong read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const Pong&, const Pong&) = default;
};

}  // namespace veilwire::wire

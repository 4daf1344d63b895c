// A transport: bytes in, messages out; messages in, bytes out. No socket, no thread, no clock.
//
// Every transport has the verbs of a ByteMachine and its own, in four groups:
//
//   in        feed() takes what came from the peer, push() what is to go to it, on_deadline() says
//             that time has passed.
//   events    poll_event() gives what has happened. feed() stops while an event waits, so that
//             nothing piles up: feed, poll until empty, feed the rest.
//   out       bytes_to_send() is what the socket should take next; mark_sent() says how much it
//             took.
//   getters   next_deadline(), reading_paused(), fault(), info(), unsent_bytes().
//
// A driver's loop:
//
//   while (!bytes.empty() && !t.fault()) {
//     bytes = bytes.subspan(t.feed(now, bytes));
//     while (auto event = t.poll_event()) handle(*event);
//     if (t.reading_paused()) break;  // keep the rest until next_deadline()
//   }
//   write(t.bytes_to_send()), then t.mark_sent(written);
//   arm a timer for t.next_deadline(), then t.on_deadline(now), and feed the rest;
//
// A fault is sticky: from then on feed() takes nothing, push() refuses, bytes_to_send() is empty.
// The driver then closes the connection. The event that was waiting can still be polled.
//
// Time: `now` never goes back between calls. Threads: one transport is used by one thread at a
// time; different transports are independent.
//
// fork: a transport belongs to the process that constructed it. In a child of that process it has
// the fault kUsedAfterFork, takes nothing and gives nothing to send, or two ciphertexts would share a
// keystream. The parent goes on as if nothing had happened.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <variant>

#include "veilwire/base/api.h"
#include "veilwire/base/byte_machine.h"
#include "veilwire/base/bytes.h"
#include "veilwire/base/time.h"
#include "veilwire/protocol/message.h"
#include "veilwire/transport/fault.h"
#include "veilwire/transport/limits.h"

namespace veilwire::transport {

enum class Role : std::uint8_t { kInitiator, kResponder };

// BIP 324: equal at both ends unless somebody is in the middle. Not secret once compared, but it
// tells a watcher of two logs which connections are the same.
using SessionId = std::array<std::uint8_t, kSessionIdBytes>;

enum class Version : std::uint8_t { kUndecided, kV1, kV2 };

// -- Events ---------------------------------------------------------------------------------------

// Messages may flow. The first event of every transport.
struct Established {
  Version version = Version::kUndecided;
  // Version 2 only: the contents of the peer's version packet, which BIP 324 says to ignore. Valid
  // as long as a payload is.
  ByteView version_contents;
};

struct MessageReceived {
  protocol::MessageType type;
  // Valid until the next call of feed() or on_deadline() after the event was polled. At most
  // kMaxPayloadBytes under a long name, 12 more under a one-byte id; in version 1 what V1Config
  // allows.
  ByteView payload;
};

// Version 1 only, and where V1Config says so: a message whose payload is over the limit. Told when its
// header has come; the payload is dropped as it arrives, and none of it is kept.
struct MessageSkipped {
  protocol::MessageType type;
  std::uint32_t payload_bytes = 0;
};

using Event = std::variant<Established, MessageReceived, MessageSkipped>;

// -- What goes out --------------------------------------------------------------------------------

enum class PushError : std::uint8_t {
  kFaulted,         // the transport has stopped; see fault()
  kQueueFull,       // kMaxUnsentBytes wait already, or kMaxQueuedBeforeHandshake messages do
  kPayloadTooLong,  // the contents would pass kMaxContentsBytes, or the limit in version 1
  kNotExpressible,  // version 1 cannot carry a type without a name, nor decoys
};

// -- What can be asked ----------------------------------------------------------------------------

struct Traffic {
  std::uint64_t bytes = 0;  // on the wire, everything included
  // Messages, decoys, the version packet, and what was dropped; in version 1 messages only.
  std::uint64_t packets = 0;
  std::uint64_t messages = 0;  // decoys and the version packet not included
  std::uint64_t decoys = 0;
  std::uint64_t decoy_bytes = 0;  // on the wire
  std::uint64_t rekeys = 0;
  std::uint32_t garbage_bytes = 0;
};

struct Info {
  Version version = Version::kUndecided;
  Role role = Role::kInitiator;
  // Version 2, once the peer's version packet has verified.
  std::optional<SessionId> session_id;
  Traffic sent;  // what bytes_to_send() has offered counts as sent
  Traffic received;
  // Received and dropped, the connection unharmed: a malformed name, empty contents, a bad version
  // 1 checksum.
  std::uint64_t dropped = 0;
  // How often reading was paused because the decoy budget was spent.
  std::uint64_t decoy_pauses = 0;
  // From construction to Established.
  std::optional<Duration> handshake_duration;
  // When the last message came. Decoys do not count, so that they keep no connection alive.
  std::optional<TimePoint> last_message_at;
  std::size_t unsent_bytes = 0;
  // The memory that it holds for a message that has not come whole; a little may be kept between
  // messages.
  std::size_t incoming_bytes = 0;
  // Of a message (in version 2 of a packet) that has not come whole: the bytes that are there, and how
  // many there will be, which the peer has said. Both zero where none is under way.
  std::size_t partial_bytes = 0;
  std::size_t partial_size = 0;
  // What this transport occupies: the objects and the heap as it asked for it.
  std::size_t memory_bytes = 0;
};

// -- The interface --------------------------------------------------------------------------------

class VEILWIRE_API Transport : public ByteMachine {
 public:
  ~Transport() override;

  // Takes bytes from the peer, in any cut, and returns how many it took: all of them, unless an
  // event waits, reading is paused, or the transport has stopped. Payloads of polled events die.
  [[nodiscard]] std::size_t feed(TimePoint now, ByteView bytes) override = 0;

  // Queues a message; its payload is copied or sealed before this returns. Before the handshake
  // ends it waits.
  [[nodiscard]] virtual std::expected<void, PushError> push(
      TimePoint now, const protocol::MessageView& message) = 0;

  // Queues a packet that the peer authenticates and drops (BIP 324, "ignore" bit). Zeros are good
  // contents: on the wire they are as random as any, and a peer that wrongly parses a decoy reads,
  // from 13 zeros on, a message of no name.
  [[nodiscard]] virtual std::expected<void, PushError> push_decoy(TimePoint now,
                                                                  ByteView contents) = 0;

  // The oldest event, or nothing.
  [[nodiscard]] virtual std::optional<Event> poll_event() = 0;

  // What is to be written next; valid until the next call of any verb. Small messages that were
  // pushed one by one are sealed together here.
  [[nodiscard]] ByteView bytes_to_send() override = 0;

  // True while feed() takes nothing because the peer's decoy budget is spent; on_deadline() at
  // next_deadline() ends it.
  [[nodiscard]] bool reading_paused() const override = 0;

  [[nodiscard]] virtual std::optional<Fault> fault() const = 0;
  [[nodiscard]] virtual Info info() const = 0;

  // Whether there is a fault(), and info().unsent_bytes without the rest of it.
  [[nodiscard]] bool has_stopped() const override;
  [[nodiscard]] std::size_t unsent_bytes() const override;

 protected:
  Transport() = default;
};

}  // namespace veilwire::transport

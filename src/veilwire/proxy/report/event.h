// What the proxy tells of each connection it serves: for the log, the metrics, and tests. To add an
// event, add its struct and its place in Event, tell it where it happens, and let whoever cares
// handle it (see observer.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "veilwire/base/endpoint.h"
#include "veilwire/protocol/direction.h"
#include "veilwire/protocol/message_type.h"
#include "veilwire/proxy/carriage/partial_messages.h"
#include "veilwire/proxy/carriage/relay.h"
#include "veilwire/proxy/settings/settings.h"
#include "veilwire/transport/dial_choice.h"

namespace veilwire::proxy {

using protocol::Direction;
using protocol::direction_name;

// Counted from 1 over the life of the process: how the log names a connection.
using ConnectionNumber = std::uint64_t;

// Why a connection was not carried, or not any longer. One name each, for the log and as a label.
enum class Refusal : std::uint8_t {
  kNotSocks5,           // the program's greeting or request is wrong
  kSocks5Unsupported,   // it asks in SOCKS5 for what we do not offer
  kBadName,             // it asks for a name that no host can have
  kNotRedirected,       // it has no original destination
  kNeedsUpstream,       // a hidden service, and there is no upstream proxy
  kToItself,            // the target is the proxy
  kClientNotServed,     // a program on another machine that clients does not name
  kLocalTarget,         // a program on another machine asks for an address of this one's network
  kOtherNetwork,        // the program speaks for another network than --network names
  kUnresolved,          // the target's name has no address
  kTargetUnreachable,   // no TCP connection to the target, or the upstream says so
  kHandshakeFailed,     // no version 2 with the target, and version 1 was not to be tried or failed
  kVersion1Refused,     // the peer speaks version 1 only, and the policy wants version 2
  kDowngraded,          // the peer has spoken version 2, and --on-downgrade refuses
  kPassthroughRefused,  // the policy carries no bytes whose language is not known
  kAdmission,           // too many connections or handshakes, see limits::Admission
  kProgramUnreachable,  // the local program does not take the connection
};
std::string_view refusal_name(Refusal refusal);  // "version_1_refused"

// Why bytes are carried untouched, the session id being the ends' own.
enum class PassthroughReason : std::uint8_t {
  kProgramNotV1,      // it speaks version 2 itself, or is no Bitcoin at all
  kTargetSpokeFirst,  // and the program nothing that decides it (see first_words.h)
  kNobodySpoke,       // for as long as they are waited for
};
std::string_view passthrough_name(PassthroughReason reason);

// -- Events ---------------------------------------------------------------------------------------
// What they refer to is valid during Observer::on() only.

struct Accepted {
  ConnectionNumber number = 0;
  Direction direction = Direction::kOutbound;
};

// `peer` as far as it is known: a target's name, or the address an inbound connection is from.
struct Targeted {
  ConnectionNumber number = 0;
  Endpoint peer{};
};

struct Joined {
  ConnectionNumber number = 0;
  transport::Version version = transport::Version::kUndecided;
  // Of an outbound connection.
  transport::VersionReason reason = transport::VersionReason::kV2;
  std::optional<transport::SessionId> session_id{};
  Duration handshake_duration{};
  // Version 1 only because the target recently answered nothing else (see recent_v1.h).
  bool remembered_v1 = false;
};

struct PassedThrough {
  ConnectionNumber number = 0;
  PassthroughReason reason{};
};

struct Refused {
  ConnectionNumber number = 0;
  Refusal why{};
  std::string_view text{};
};

struct Downgraded {
  ConnectionNumber number = 0;
  OnDowngrade action{};
};

struct MessagePassed {
  Direction direction{};
  Side from{};
  protocol::MessageType type;
  std::size_t bytes = 0;
};

struct MessageDropped {
  Direction direction{};
  Side from{};
  protocol::MessageType type;
  std::string_view reason{};
};

// Entries that the policy took out of an inventory, whether the rest was passed on or dropped.
struct EntriesRemoved {
  Direction direction{};
  Side from{};
  std::size_t count = 0;
};

// What a connection that was passed through, which is an outbound one, carried from one side over
// its life.
struct BytesPassedThrough {
  Side from{};
  std::uint64_t bytes = 0;
};

// What the transport of one side of a relay counted over its life.
struct Counted {
  Direction direction{};
  Side side{};
  transport::Info info{};
};

struct Ended {
  ConnectionNumber number = 0;
  std::string_view text{};
};

// The budget for messages that have not come whole decided on this side of the connection.
struct ReadingDecided {
  ConnectionNumber number = 0;
  Sender sender{};
  limits::BufferLedger::Step step{};
  std::size_t bytes = 0;  // that it holds
};

// Of no connection: the system refuses to hand out those that wait, and will be asked again. Told
// once until it hands one out.
struct NotAccepting {
  std::string_view why{};
};

// Of each connection Accepted is the first and Ended the last.
using Event = std::variant<Accepted, Targeted, Joined, PassedThrough, Refused, Downgraded,
                           MessagePassed, MessageDropped, EntriesRemoved, BytesPassedThrough,
                           Counted, ReadingDecided, Ended, NotAccepting>;

}  // namespace veilwire::proxy

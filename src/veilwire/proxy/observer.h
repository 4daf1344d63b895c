// What the proxy tells of each connection it serves: for the log, the metrics, and tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/base/endpoint.h"
#include "veilwire/proxy/carriage/relay.h"
#include "veilwire/proxy/config.h"
#include "veilwire/transport/dial_choice.h"

namespace veilwire::proxy {

enum class Direction : std::uint8_t { kOutbound, kInbound };
std::string_view direction_name(Direction direction);  // "outbound", "inbound"

// Counted from 1 over the life of the process: how the log names a connection.
using ConnectionNumber = std::uint64_t;

// Why a connection was not carried, or not any longer. One name each, for the log and as a label.
enum class Refusal : std::uint8_t {
  kNotSocks5,           // the program's greeting or request is wrong
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
  kDowngraded,          // the peer once spoke version 2, and --on-downgrade refuses
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

struct Joined {
  transport::Version version = transport::Version::kUndecided;
  // Of an outbound connection.
  transport::VersionReason reason = transport::VersionReason::kV2;
  std::optional<transport::SessionId> session_id{};
  Duration handshake_duration{};
  // Version 1 only because the target answered nothing else a while ago (see recent_v1.h).
  bool remembered_v1 = false;
};

// All calls are made on the proxy's one thread. Of each connection accepted() is the first and
// ended() the last.
class Observer {
 public:
  virtual ~Observer() = default;
  // `peer` as far as it is known: a target's name, or the address an inbound connection is from.
  virtual void accepted(ConnectionNumber number, Direction direction) = 0;
  virtual void targeted(ConnectionNumber number, const Endpoint& peer) = 0;
  virtual void joined(ConnectionNumber number, const Joined& how) = 0;
  virtual void passed_through(ConnectionNumber number, PassthroughReason reason) = 0;
  virtual void refused(ConnectionNumber number, Refusal why, std::string_view text) = 0;
  virtual void downgraded(ConnectionNumber number, OnDowngrade action) = 0;
  virtual void message_passed(Direction direction, Side from, const protocol::MessageType& type,
                              std::size_t bytes) = 0;
  virtual void message_dropped(Direction direction, Side from, const protocol::MessageType& type,
                               std::string_view reason) = 0;
  // Entries that the policy took out of an inventory, whether the rest was passed on or dropped.
  virtual void entries_removed(Direction, Side, std::size_t) {}
  // What a connection that was passed through, which is an outbound one, carried from one side over
  // its life.
  virtual void bytes_passed_through(Side, std::uint64_t) {}
  // What the transport of one side of a relay counted over its life.
  virtual void counted(Direction, Side, const transport::Info&) {}
  virtual void ended(ConnectionNumber number, std::string_view text) = 0;
  // Of no connection: the system refuses to hand out those that wait, and will be asked again. Once
  // until it hands one out.
  virtual void not_accepting(std::string_view) {}
};

}  // namespace veilwire::proxy

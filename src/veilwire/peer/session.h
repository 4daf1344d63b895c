// One conversation above the transport: the version handshake in both roles, what the two sides
// agree on between `version` and `verack` and after it, and keep-alive. No socket, no thread, no
// clock.
//
// Verbs, in four groups:
//
//   in        on_message() takes a message that the transport gave, on_deadline() says that time
//             has passed, ping() asks for a round trip.
//   events    poll_event() gives what has happened.
//   out       poll_message() gives what is to be pushed into the transport, in order.
//   getters   next_deadline(), fault(), facts(), established().
//
// A fault is sticky: from then on on_message() takes nothing and poll_message() gives nothing; the
// driver closes the connection. Messages that the session does not handle itself are left to its
// user, as on_message() says.
//
// After each call the driver polls the messages until there are none, then an event, and so on until
// there is neither. Once it has polled VersionReceived it may say to the peer whatever belongs
// between `version` and `verack`: the session says its `verack` only with the next poll_message().
//
// So what waits is bounded: a call leaves at most one event, and one message (a pong to a ping), but
// for the peer's one `version` (4 and the features) and its one `verack` (4). A peer that sends
// pings without end and reads no pong is stopped by the transport, which refuses at a million unsent
// bytes: from then on the driver reads nothing more from that peer until it has pushed what was
// refused.
//
// Memory: some 400 bytes, the peer's user agent and its features; messages only while they wait.
//
// Time: `now` never goes back between calls. Threads: one session is used by one thread at a time;
// `nonces` may be shared by all. It takes no lock.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/entropy.h"
#include "veilwire/base/time.h"
#include "veilwire/peer/fault.h"
#include "veilwire/peer/keep_alive.h"
#include "veilwire/peer/nonces.h"
#include "veilwire/peer/outbox.h"
#include "veilwire/peer/own_facts.h"
#include "veilwire/peer/peer_facts.h"
#include "veilwire/peer/session_config.h"
#include "veilwire/peer/version_handshake.h"

namespace veilwire::peer {

// The peer's version has come: facts() are of use, and the user may speak before our verack does.
struct VersionReceived {};
// Both sides have said verack.
struct HandshakeDone {};
// A pong has answered our ping.
struct RoundTrip {
  Duration duration;
};
using Event = std::variant<VersionReceived, HandshakeDone, RoundTrip>;

enum class Handled : std::uint8_t {
  kBySession,  // nothing is left to do
  kByUser,     // not the session's business: the user looks at it, or drops it
  // Nobody listens to it: it came before version or verack, or after a fault; or it is of the
  // handshake and came a second time, or says what the versions do not know.
  kIgnored,
};

class Session {
 public:
  // `own`, `nonces` and `entropy` must outlive the session. An outbound session has its `version` to
  // send at once, an inbound one waits for the peer's. `now` starts the handshake's time.
  Session(std::shared_ptr<const SessionConfig> config, Direction direction, OwnFactsSource& own,
          Nonces& nonces, Entropy& entropy, TimePoint now);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // A message of the peer's. The session takes what belongs to the handshake and to keep-alive;
  // sendheaders, sendcmpct and feefilter it remembers and leaves to the user too. As Core does, it
  // hears sendheaders and sendcmpct from `version` on.
  Handled on_message(TimePoint now, protocol::MessageKind kind, ByteView payload);

  // Sends a ping now, unless one is under way. Does nothing before the handshake is done.
  void ping(TimePoint now);

  void on_deadline(TimePoint now);
  // Nothing after a fault.
  std::optional<TimePoint> next_deadline() const;

  std::optional<Event> poll_event();
  std::optional<protocol::OwnedMessage> poll_message();

  std::optional<SessionFault> fault() const { return fault_; }
  bool established() const { return handshake_.is_done() && !fault_; }
  // Its `version` has come; facts() is of use from then on, after a fault too.
  bool has_version() const { return handshake_.has_version(); }
  const PeerFacts& facts() const { return facts_; }

 private:
  Handled on_handshake_message(TimePoint now, protocol::MessageKind kind, ByteView payload);
  Handled on_conversation(TimePoint now, protocol::MessageKind kind, ByteView payload);
  void on_pong(TimePoint now, ByteView payload);
  void fail_unless(const std::expected<void, SessionFault>& result);
  void fail(SessionFault fault);

  const std::shared_ptr<const SessionConfig> config_;
  TimePoint handshake_ends_at_;
  PeerFacts facts_;
  Outbox outbox_;
  VersionHandshake handshake_;
  KeepAlive keep_alive_;
  std::vector<Event> events_;
  std::optional<SessionFault> fault_;
};

}  // namespace veilwire::peer

// A transport and the conversation on it as one machine: bytes in, what happened out; messages in,
// bytes out. No socket, no thread, no clock. net drives it with sockets, a simulator without.
//
// Verbs: those of a ByteMachine, and
//
//   in        push() takes a message for the peer, ping() asks for a round trip.
//   events    poll_event() gives what has happened, in this order:
//
//               TransportEstablished      messages may flow
//               VersionReceived           the user may push what belongs before our verack
//               Established               both sides have said verack
//               MessageReceived, RoundTrip, and, at any time, MessageIgnored
//
//   getters   fault(), info(), facts(), established().
//
// Version, verack, negotiation and keep-alive are the channel's own business: it says them by itself,
// and gives the user none of the peer's.
//
// A fault of either layer stops both, is sticky, and empties bytes_to_send().
//
// Back-pressure: a peer that pings without end and reads no pong is not read from (reading_paused())
// until it has taken what waits; so at most one answer waits beside the transport's own queue.
//
// Memory: some 650 bytes beside the transport's 2 KiB, the peer's user agent and its features.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <variant>

#include "veilwire/base/byte_machine.h"
#include "veilwire/base/entropy.h"
#include "veilwire/channel/fault.h"
#include "veilwire/peer/session.h"
#include "veilwire/transport/transport.h"

namespace veilwire::channel {

// -- Events ---------------------------------------------------------------------------------------

struct TransportEstablished {
  transport::Version version = transport::Version::kUndecided;
  std::optional<transport::SessionId> session_id{};  // version 2
};
// facts() say who the peer is. What is pushed before the next verb of the channel reaches the peer
// between our version and our verack.
struct VersionReceived {};
struct Established {};
// For the user. Valid until the next feed() or on_deadline().
struct MessageReceived {
  protocol::MessageType type;
  ByteView payload;
};
// Nobody listened to it: it came before version or verack, or it is of the handshake and came a
// second time, or says what the two versions do not know.
struct MessageIgnored {
  protocol::MessageType type;
  std::size_t payload_bytes = 0;
};
struct RoundTrip {
  Duration duration{};
};
using Event = std::variant<TransportEstablished, VersionReceived, Established, MessageReceived,
                           MessageIgnored, RoundTrip>;

// -- What can be refused --------------------------------------------------------------------------

enum class PushError : std::uint8_t {
  kTooEarly,        // the peer's version has not come
  kStopped,         // there is a fault()
  kQueueFull,       // as the transport has it, and the next two
  kPayloadTooLong,  //
  kNotExpressible,  //
};

// What all channels of a process share. All but `session` must outlive them.
struct Surroundings {
  std::shared_ptr<const peer::SessionConfig> session;
  peer::OwnFactsSource* own;
  peer::Nonces* nonces;
  Entropy* entropy;
};

// -- The machine ----------------------------------------------------------------------------------

class Channel final : public ByteMachine {
 public:
  // The transport may be established already, and its event polled.
  Channel(std::unique_ptr<transport::Transport> transport, protocol::Direction direction,
          Surroundings surroundings, TimePoint now);
  ~Channel() override;

  std::size_t feed(TimePoint now, ByteView bytes) override;
  ByteView bytes_to_send() override;
  void mark_sent(std::size_t count) override;
  void on_deadline(TimePoint now) override;
  std::optional<TimePoint> next_deadline() const override;
  bool reading_paused() const override;
  bool has_stopped() const override { return fault_.has_value(); }
  std::size_t unsent_bytes() const override;

  std::optional<Event> poll_event();
  // The payload is copied or sealed before this returns.
  [[nodiscard]] std::expected<void, PushError> push(TimePoint now,
                                                    const protocol::MessageView& message);
  // As the transport's; from TransportEstablished on.
  [[nodiscard]] std::expected<void, PushError> push_decoy(TimePoint now, ByteView contents);
  // Sends a ping, unless one is under way. Does nothing before Established.
  void ping(TimePoint now);

  const std::optional<Fault>& fault() const { return fault_; }
  transport::Info info() const { return transport_->info(); }
  bool established() const { return session_ && session_->established() && !fault_; }
  // The peer's version has come; facts() are of use from then on, after a fault too.
  bool has_version() const { return session_ && session_->has_version(); }
  // REQUIRES: has_version().
  const peer::PeerFacts& facts() const { return session_->facts(); }

 private:
  void take(TimePoint now, const transport::Event& event);
  void begin_session(TimePoint now);
  void take_message(TimePoint now, const transport::MessageReceived& message);
  void take_session_event(const peer::Event& event);
  void end_users_turn();
  void say(TimePoint now);
  void note_fault();
  std::expected<void, PushError> to_result(std::expected<void, transport::PushError> pushed);

  std::unique_ptr<transport::Transport> transport_;
  Surroundings surroundings_;
  std::optional<peer::Session> session_{};  // from TransportEstablished on
  std::optional<Event> event_{};            // the one that waits
  // What the transport had no room for.
  std::optional<protocol::OwnedMessage> waiting_{};
  std::optional<Fault> fault_{};
  TimePoint now_;  // the latest: for what is said when room has come
  protocol::Direction direction_;
  bool users_turn_ = false;  // VersionReceived was polled
};

}  // namespace veilwire::channel

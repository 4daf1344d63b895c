#include "veilwire/channel/channel.h"

#include <utility>

#include "veilwire/base/deadline.h"

namespace veilwire::channel {

Channel::Channel(std::unique_ptr<transport::Transport> transport, protocol::Direction direction,
                 Surroundings surroundings, TimePoint now)
    : transport_(std::move(transport)),
      surroundings_(std::move(surroundings)),
      now_(now),
      direction_(direction) {
  if (const auto event = transport_->poll_event()) take(now, *event);
  if (!session_ && transport_->info().handshake_duration) begin_session(now);
  note_fault();
}

Channel::~Channel() = default;

// -- In -------------------------------------------------------------------------------------------

// One message at a time, so that the driver counts those too that the user does not see.
std::size_t Channel::feed(TimePoint now, ByteView bytes) {
  now_ = now;
  end_users_turn();
  if (fault_ || event_ || waiting_) return 0;
  const std::size_t taken = transport_->feed(now, bytes);
  if (const auto event = transport_->poll_event()) take(now, *event);
  note_fault();
  return taken;
}

void Channel::take(TimePoint now, const transport::Event& event) {
  if (const auto* message = std::get_if<transport::MessageReceived>(&event)) {
    return take_message(now, *message);
  }
  if (!session_) begin_session(now);
}

void Channel::begin_session(TimePoint now) {
  session_.emplace(surroundings_.session, direction_, *surroundings_.own, *surroundings_.nonces,
                   *surroundings_.entropy, now);
  const transport::Info info = transport_->info();
  event_ = TransportEstablished{info.version, info.session_id};
  say(now);
}

void Channel::take_message(TimePoint now, const transport::MessageReceived& message) {
  switch (session_->on_message(now, message.type.kind(), message.payload)) {
    case peer::Handled::kByUser:
      event_ = MessageReceived{message.type, message.payload};
      break;
    case peer::Handled::kIgnored:
      event_ = MessageIgnored{message.type, message.payload.size()};
      break;
    case peer::Handled::kBySession:
      break;
  }
  // What is said comes before what the user may add to it.
  say(now);
  if (const auto event = session_->poll_event()) take_session_event(*event);
}

void Channel::take_session_event(const peer::Event& event) {
  if (std::holds_alternative<peer::VersionReceived>(event)) {
    event_ = VersionReceived{};
  } else if (std::holds_alternative<peer::HandshakeDone>(event)) {
    event_ = Established{};
  } else {
    event_ = RoundTrip{std::get<peer::RoundTrip>(event).duration};
  }
}

std::optional<Event> Channel::poll_event() {
  end_users_turn();
  const auto event = std::exchange(event_, std::nullopt);
  users_turn_ = event && std::holds_alternative<VersionReceived>(*event);
  return event;
}

void Channel::end_users_turn() {
  if (std::exchange(users_turn_, false)) say(now_);
}

// -- Out ------------------------------------------------------------------------------------------

// What does not fit waits, and nothing is read from the peer meanwhile.
void Channel::say(TimePoint now) {
  while (session_ && !session_->fault()) {
    if (!waiting_) waiting_ = session_->poll_message();
    if (!waiting_) return;
    const auto pushed = transport_->push(now, *waiting_);
    if (!pushed && pushed.error() == transport::PushError::kQueueFull) return;
    waiting_.reset();
  }
}

ByteView Channel::bytes_to_send() {
  end_users_turn();
  note_fault();
  return fault_ ? ByteView() : transport_->bytes_to_send();
}

void Channel::mark_sent(std::size_t count) {
  if (fault_) return;
  transport_->mark_sent(count);
  if (waiting_) say(now_);
}

std::expected<void, PushError> Channel::push(TimePoint now, const protocol::MessageView& message) {
  now_ = now;
  if (fault_) return std::unexpected(PushError::kStopped);
  if (!has_version()) return std::unexpected(PushError::kTooEarly);
  return to_result(transport_->push(now, message));
}

std::expected<void, PushError> Channel::push_decoy(TimePoint now, ByteView contents) {
  now_ = now;
  if (fault_) return std::unexpected(PushError::kStopped);
  if (!session_) return std::unexpected(PushError::kTooEarly);
  return to_result(transport_->push_decoy(now, contents));
}

std::expected<void, PushError> Channel::to_result(
    std::expected<void, transport::PushError> pushed) {
  note_fault();
  if (pushed) return {};
  switch (pushed.error()) {
    case transport::PushError::kQueueFull:
      return std::unexpected(PushError::kQueueFull);
    case transport::PushError::kPayloadTooLong:
      return std::unexpected(PushError::kPayloadTooLong);
    case transport::PushError::kNotExpressible:
      return std::unexpected(PushError::kNotExpressible);
    case transport::PushError::kFaulted:
      break;
  }
  return std::unexpected(PushError::kStopped);
}

void Channel::ping(TimePoint now) {
  now_ = now;
  end_users_turn();
  if (fault_ || !session_) return;
  session_->ping(now);
  say(now);
  note_fault();
}

// -- Time -----------------------------------------------------------------------------------------

void Channel::on_deadline(TimePoint now) {
  now_ = now;
  end_users_turn();
  if (fault_) return;
  transport_->on_deadline(now);
  if (session_) session_->on_deadline(now);
  say(now);
  note_fault();
}

std::optional<TimePoint> Channel::next_deadline() const {
  if (fault_) return std::nullopt;
  const auto below = transport_->next_deadline();
  return session_ ? earlier(below, session_->next_deadline()) : below;
}

bool Channel::reading_paused() const {
  return !fault_ && (waiting_.has_value() || transport_->reading_paused());
}

std::size_t Channel::unsent_bytes() const {
  return transport_->unsent_bytes() + (waiting_ ? waiting_->payload.size() : 0);
}

// The transport's own first: it may be why the session had nothing to hear.
void Channel::note_fault() {
  if (fault_) return;
  if (const auto below = transport_->fault()) {
    fault_ = *below;
  } else if (session_ && session_->fault()) {
    fault_ = *session_->fault();
  }
  if (fault_) waiting_.reset();
}

}  // namespace veilwire::channel

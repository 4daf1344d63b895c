#include "veilwire/probe/conversation.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

namespace veilwire::probe {
namespace {

std::chrono::seconds unix_time() {
  return std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
}

peer::SessionConfig with_time(peer::SessionConfig config) {
  config.unix_time = unix_time().count();
  return config;
}

void take_earlier(std::optional<TimePoint>& first, std::optional<TimePoint> other) {
  if (other && (!first || *other < *first)) first = other;
}

}  // namespace

Conversation::Conversation(ConversationConfig config, net::Connection& connection,
                           transport::VersionReason reason, Report report,
                           std::shared_ptr<peer::Nonces> nonces, Entropy& entropy, TimePoint now,
                           OnReport on_report, OnOver on_over)
    : config_(std::move(config)),
      connection_(connection),
      reason_(reason),
      report_(std::move(report)),
      nonces_(std::move(nonces)),
      session_(with_time(config_.session), peer::Direction::kOutbound, *nonces_, entropy, now),
      on_report_(std::move(on_report)),
      on_over_(std::move(on_over)) {}

// -- What comes in --------------------------------------------------------------------------------

void Conversation::on_event(TimePoint now, const transport::Event& event) {
  if (std::holds_alternative<transport::Established>(event)) send_decoys();
  if (const auto* message = std::get_if<transport::MessageReceived>(&event)) take(now, *message);
  turn(now);
}

void Conversation::take(TimePoint now, const transport::MessageReceived& message) {
  const std::string_view name = message.type.name();
  const bool users = session_.on_message(now, name, message.payload) == peer::Handled::kByUser;
  const bool asked = users && inquiry_ && inquiry_->on_message(now, name, message.payload);
  if (!asked) count_unasked(message.payload.size());
}

void Conversation::count_unasked(std::size_t bytes) {
  ++unasked_messages_;
  unasked_bytes_ += bytes;
}

void Conversation::on_end(const net::End& end) {
  if (!reported_) {
    give_report(ended_early(end, phase(), connection_.first_bytes(), config_.inquiry.network));
  }
  if (const OnOver on_over = std::exchange(on_over_, nullptr)) on_over();
}

// -- Time -----------------------------------------------------------------------------------------

std::optional<TimePoint> Conversation::next_deadline() const {
  std::optional<TimePoint> first = session_.next_deadline();
  take_earlier(first, hold_until_);
  if (reported_) return first;
  take_earlier(first, config_.deadline);
  if (inquiry_) take_earlier(first, inquiry_->next_deadline());
  return first;
}

void Conversation::on_deadline(TimePoint now) {
  session_.on_deadline(now);
  if (inquiry_) inquiry_->on_deadline(now);
  turn(now);
  if (!reported_ && now >= config_.deadline) past_deadline(now);
  if (hold_until_ && now >= *hold_until_) {
    hold_until_.reset();
    connection_.close();
  }
}

void Conversation::past_deadline(TimePoint now) {
  if (inquiry_) return finish(now, std::nullopt);
  finish(now, no_version_in_time(connection_.info().received.bytes, config_.timeout));
}

// -- The turn -------------------------------------------------------------------------------------

void Conversation::turn(TimePoint now) {
  take_session_events(now);
  send_messages(now);
  if (session_.has_version()) note_clock();
  if (const auto fault = session_.fault()) return finish(now, broken_rule(*fault));
  if (inquiry_ && inquiry_->failure()) return finish(now, inquiry_->failure());
  if (inquiry_ && inquiry_->done()) return finish(now, std::nullopt);
  const bool too_much =
      unasked_messages_ > kMaxUnaskedMessages || unasked_bytes_ > kMaxUnaskedBytes;
  if (too_much && !reported_) finish(now, never_stops(phase()));
}

void Conversation::take_session_events(TimePoint now) {
  while (const auto event = session_.poll_event()) {
    if (std::holds_alternative<peer::HandshakeDone>(*event)) {
      inquiry_.emplace(config_.inquiry, now);
      session_.ping(now);
    } else if (inquiry_ && !report_.round_trip) {
      report_.round_trip = std::get<peer::RoundTrip>(*event).duration;
      inquiry_->on_round_trip();
    }
  }
}

void Conversation::note_clock() {
  if (report_.clock_offset) return;
  // Within what a duration can hold, whatever the peer says.
  constexpr std::int64_t kFarAway = std::int64_t{1} << 40;
  const std::int64_t theirs = std::clamp(session_.facts().unix_time, -kFarAway, kFarAway);
  report_.clock_offset = std::chrono::seconds(theirs) - unix_time();
}

// -- What goes out --------------------------------------------------------------------------------

void Conversation::send_decoys() {
  const std::array<std::uint8_t, kDecoyContentsBytes> zeros{};
  for (unsigned i = 0; i < config_.decoys; ++i) {
    if (!connection_.push_decoy(zeros)) return;
  }
}

void Conversation::send_messages(TimePoint now) {
  while (const auto message = session_.poll_message()) send(now, *message);
  while (const auto message = inquiry_ ? inquiry_->poll_message() : std::nullopt) {
    send(now, *message);
  }
}

// We say little: where it does not fit, the peer asks without end and does not read.
void Conversation::send(TimePoint now, const peer::OutgoingMessage& message) {
  const auto type = transport::MessageType::from_name(message.name);
  if (!type) return;
  const auto pushed = connection_.push({*type, message.payload});
  if (!pushed && pushed.error() == transport::PushError::kQueueFull) {
    finish(now, never_stops(phase()));
  }
}

// -- The report -----------------------------------------------------------------------------------

void Conversation::finish(TimePoint now, std::optional<Failure> failure) {
  const bool failed = failure.has_value();
  if (!reported_) {
    give_report(std::move(failure));
    if (!failed && config_.hold > Duration{}) {
      hold_until_ = now + config_.hold;
      return;
    }
  }
  if (failed) {
    hold_until_.reset();
    connection_.abort();
  } else if (!hold_until_) {
    connection_.close();
  }
}

void Conversation::give_report(std::optional<Failure> failure) {
  reported_ = true;
  const transport::Info info = connection_.info();
  report_.failure = std::move(failure);
  report_.session_id = info.session_id;
  report_.garbage_bytes = info.received.garbage_bytes;
  report_.decoys = info.received.decoys;
  if (session_.has_version()) {
    report_.peer = session_.facts();
    report_.p2p_v2 = judge_p2p_v2(report_.peer->services, info.version, reason_);
  }
  if (inquiry_) inquiry_->tell(report_);
  on_report_(report_);
}

void Conversation::cancel() {
  reported_ = true;
  connection_.abort();
}

}  // namespace veilwire::probe

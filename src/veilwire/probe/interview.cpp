#include "veilwire/probe/interview.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <variant>

#include "veilwire/base/deadline.h"
#include "veilwire/base/escape.h"
#include "veilwire/net/runtime.h"
#include "veilwire/wire/obsolete.h"

namespace veilwire::probe {
namespace {

peer::SessionConfig with_time(peer::SessionConfig config) {
  config.unix_time = net::unix_time();
  return config;
}

// To the tenth.
std::string seconds(Duration duration) {
  constexpr double kTenths = 10;
  const double tenths = std::chrono::duration<double>(duration).count() * kTenths;
  return fmt::format("{:g} s", std::round(tenths) / kTenths);
}

// Why the connection was not held, where it is more than that the peer ended it.
std::string why_not_held(const net::End& end) {
  switch (end.reason) {
    case net::EndReason::kFault:
      return end.fault ? std::string(transport::rule_text(end.fault->rule)) : std::string();
    case net::EndReason::kSystem:
      return fmt::format("the connection broke: {}", end.system_error);
    case net::EndReason::kPeerClosed:
    case net::EndReason::kPeerReset:
    case net::EndReason::kOurs:
      return {};
  }
  return {};
}

}  // namespace

std::string CutHold::sentence() const {
  const std::string after = fmt::format("after {} of {}", seconds(held), seconds(wanted));
  const std::string who = escape_foreign(to_string(address));
  return why.empty() ? fmt::format("{} ended the connection {}", who, after)
                     : fmt::format("the connection with {} ended {}: {}", who, after, why);
}

Interview::Interview(InterviewConfig config, net::Connection& connection,
                     transport::VersionReason reason, Report report,
                     std::shared_ptr<peer::Nonces> nonces, Entropy& entropy, TimePoint now,
                     Callbacks callbacks)
    : config_(std::move(config)),
      connection_(connection),
      reason_(reason),
      report_(std::move(report)),
      nonces_(std::move(nonces)),
      session_(with_time(config_.session), protocol::Direction::kOutbound, *nonces_, entropy, now),
      callbacks_(std::move(callbacks)) {}

// -- What comes in --------------------------------------------------------------------------------

void Interview::on_event(TimePoint now, const transport::Event& event) {
  if (std::holds_alternative<transport::Established>(event)) send_decoys();
  if (const auto* message = std::get_if<transport::MessageReceived>(&event)) take(now, *message);
  turn(now);
}

void Interview::take(TimePoint now, const transport::MessageReceived& message) {
  const protocol::MessageKind kind = message.type.kind();
  const bool users = session_.on_message(now, kind, message.payload) == peer::Handled::kByUser;
  const bool asked = users && inquiry_ && inquiry_->on_message(now, kind, message.payload);
  if (asked) return;
  if (!obsolete_) obsolete_ = wire::obsolete_intention(kind);
  count_unasked(message.payload.size());
}

void Interview::count_unasked(std::size_t bytes) {
  ++unasked_messages_;
  unasked_bytes_ += bytes;
}

void Interview::on_end(const net::End& end) {
  if (!reported_) {
    give_report(ended_early(end, phase(), connection_.first_bytes(), config_.inquiry.network));
  }
  cut_hold(net::now(), why_not_held(end));
  if (const OnOver on_over = std::exchange(callbacks_.on_over, nullptr)) on_over();
}

// -- Time -----------------------------------------------------------------------------------------

std::optional<TimePoint> Interview::next_deadline() const {
  const auto first = earlier(session_.next_deadline(), hold_until_);
  if (reported_) return first;
  const auto second = earlier(first, config_.deadline);
  return inquiry_ ? earlier(second, inquiry_->next_deadline()) : second;
}

void Interview::on_deadline(TimePoint now) {
  session_.on_deadline(now);
  if (inquiry_) inquiry_->on_deadline(now);
  turn(now);
  if (!reported_ && now >= config_.deadline) past_deadline(now);
  if (hold_until_ && now >= *hold_until_) {
    hold_until_.reset();
    connection_.close();
  }
}

void Interview::past_deadline(TimePoint now) {
  if (inquiry_) return finish(now, std::nullopt);
  finish(now, no_version_in_time(connection_.info().received.bytes, config_.timeout));
}

// -- The turn -------------------------------------------------------------------------------------

void Interview::turn(TimePoint now) {
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

void Interview::take_session_events(TimePoint now) {
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

void Interview::note_clock() {
  if (report_.clock_offset) return;
  // Within what a duration can hold, whatever the peer says.
  constexpr std::int64_t kFarAway = std::int64_t{1} << 40;
  const UnixTime theirs = std::clamp(session_.facts().unix_time, from_unix_seconds(-kFarAway),
                                     from_unix_seconds(kFarAway));
  report_.clock_offset = theirs - net::unix_time();
}

// -- What goes out --------------------------------------------------------------------------------

void Interview::send_decoys() {
  const std::array<std::uint8_t, kDecoyContentsBytes> zeros{};
  for (unsigned i = 0; i < config_.decoys; ++i) {
    if (!connection_.push_decoy(zeros)) return;
  }
}

void Interview::send_messages(TimePoint now) {
  while (const auto message = session_.poll_message()) send(now, *message);
  while (const auto message = inquiry_ ? inquiry_->poll_message() : std::nullopt) {
    send(now, *message);
  }
}

// We say little: where it does not fit, the peer asks without end and does not read.
void Interview::send(TimePoint now, const protocol::OwnedMessage& message) {
  const auto pushed = connection_.push(message);
  if (!pushed && pushed.error() == transport::PushError::kQueueFull) {
    finish(now, never_stops(phase()));
  }
}

// -- The report -----------------------------------------------------------------------------------

void Interview::finish(TimePoint now, std::optional<Failure> failure) {
  const bool failed = failure.has_value();
  if (!reported_) {
    give_report(failure);
    if (!failed && config_.hold > Duration{}) {
      hold_until_ = now + config_.hold;
      return;
    }
  }
  if (failed) {
    if (hold_until_) cut_hold(now, std::move(failure->text));
    connection_.abort();
  } else if (!hold_until_) {
    connection_.close();
  }
}

void Interview::give_report(std::optional<Failure> failure) {
  reported_ = true;
  const transport::Info info = connection_.info();
  report_.failure = std::move(failure);
  if (report_.failure && obsolete_) report_.failure->text += fmt::format("; it {}", *obsolete_);
  if (!spoke_transport()) report_.version.reset();
  report_.session_id = info.session_id;
  report_.garbage_bytes = info.received.garbage_bytes;
  report_.decoys = info.received.decoys;
  if (session_.has_version()) {
    report_.peer = session_.facts();
    report_.p2p_v2 = judge_p2p_v2(report_.peer->services, info.version, reason_);
  }
  if (inquiry_) inquiry_->tell(report_);
  callbacks_.on_report(report_);
}

// Version 1 has no handshake: the dial says that it is spoken before the peer has said a byte.
bool Interview::spoke_transport() const {
  if (connection_.info().version == transport::Version::kV2) return true;
  const ByteView first = connection_.first_bytes();
  const protocol::Magic& magic = config_.inquiry.network.magic;
  return first.size() >= magic.size() && std::ranges::equal(first.first(magic.size()), magic);
}

void Interview::cut_hold(TimePoint now, std::string why) {
  if (!hold_until_) return;
  const Duration left = *hold_until_ - now;
  hold_until_.reset();
  callbacks_.on_hold_cut({.address = report_.address.value_or(connection_.remote()),
                          .held = config_.hold - left,
                          .wanted = config_.hold,
                          .why = std::move(why)});
}

void Interview::cancel() {
  reported_ = true;
  hold_until_.reset();
  connection_.abort();
}

}  // namespace veilwire::probe

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

peer::OwnFacts Interview::Clock::own_facts() { return {.unix_time = net::unix_time()}; }

Interview::Interview(InterviewConfig config, net::Connection::Parts connection,
                     transport::VersionReason reason, Report report,
                     std::shared_ptr<peer::Nonces> nonces, Entropy& entropy, TimePoint now,
                     Callbacks callbacks)
    : config_(std::move(config)),
      driver_(std::move(connection.driver)),
      reason_(reason),
      report_(std::move(report)),
      nonces_(std::move(nonces)),
      channel_(std::move(connection.transport), protocol::Direction::kOutbound,
               {config_.session, &clock_, nonces_.get(), &entropy}, now),
      callbacks_(std::move(callbacks)) {}

// -- What comes in --------------------------------------------------------------------------------

bool Interview::take_event(TimePoint now) {
  const auto event = channel_.poll_event();
  if (!event) return false;
  take(now, *event);
  turn(now);
  return true;
}

void Interview::take(TimePoint now, const channel::Event& event) {
  if (const auto* message = std::get_if<channel::MessageReceived>(&event)) {
    take_message(now, *message);
  } else if (const auto* ignored = std::get_if<channel::MessageIgnored>(&event)) {
    if (!obsolete_) obsolete_ = wire::obsolete_intention(ignored->type.kind());
  } else if (std::holds_alternative<channel::TransportEstablished>(event)) {
    send_decoys(now);
  } else if (std::holds_alternative<channel::Established>(event)) {
    inquiry_.emplace(config_.inquiry, now);
    channel_.ping(now);
  } else if (const auto* trip = std::get_if<channel::RoundTrip>(&event)) {
    if (!inquiry_ || report_.round_trip) return;
    report_.round_trip = trip->duration;
    inquiry_->on_round_trip();
  }
}

void Interview::take_message(TimePoint now, const channel::MessageReceived& message) {
  const protocol::MessageKind kind = message.type.kind();
  if (inquiry_ && inquiry_->on_message(now, kind, message.payload)) {
    ++asked_messages_;
    asked_bytes_ += message.payload.size();
  } else if (!obsolete_) {
    obsolete_ = wire::obsolete_intention(kind);
  }
}

bool Interview::hears_too_much() const {
  const transport::Traffic heard = channel_.info().received;
  return heard.messages - asked_messages_ > kMaxUnaskedMessages ||
         heard.bytes - heard.decoy_bytes - asked_bytes_ > kMaxUnaskedBytes;
}

std::optional<peer::SessionFault> Interview::broken_rule_of_peer() const {
  const auto& fault = channel_.fault();
  const auto* above = fault ? std::get_if<peer::SessionFault>(&*fault) : nullptr;
  return above != nullptr ? std::optional(*above) : std::nullopt;
}

void Interview::on_end(net::EndReason reason, const std::string& system_error) {
  net::End end{reason, std::nullopt, system_error};
  const auto above = broken_rule_of_peer();
  if (channel_.fault() && !above) end.fault = std::get<transport::Fault>(*channel_.fault());
  if (!reported_) {
    give_report(above ? broken_rule(*above)
                      : ended_early(end, phase(), driver_->first_bytes(), config_.inquiry.network));
  }
  cut_hold(net::now(), above ? broken_rule(*above).text : why_not_held(end));
  if (const OnOver on_over = std::exchange(callbacks_.on_over, nullptr)) on_over();
}

// -- Time -----------------------------------------------------------------------------------------

std::optional<TimePoint> Interview::next_deadline() const {
  if (reported_) return hold_until_;
  const auto second = earlier(hold_until_, config_.deadline);
  return inquiry_ ? earlier(second, inquiry_->next_deadline()) : second;
}

void Interview::on_deadline(TimePoint now) {
  if (inquiry_) inquiry_->on_deadline(now);
  turn(now);
  if (!reported_ && now >= config_.deadline) past_deadline(now);
  if (hold_until_ && now >= *hold_until_) {
    hold_until_.reset();
    driver_->close();
  }
}

void Interview::past_deadline(TimePoint now) {
  if (inquiry_) return finish(now, std::nullopt);
  finish(now, no_version_in_time(channel_.info().received.bytes, config_.timeout));
}

// -- The turn -------------------------------------------------------------------------------------

void Interview::turn(TimePoint now) {
  ask(now);
  if (channel_.has_version()) note_clock();
  if (const auto fault = broken_rule_of_peer()) return finish(now, broken_rule(*fault));
  if (inquiry_ && inquiry_->failure()) return finish(now, inquiry_->failure());
  if (inquiry_ && inquiry_->done()) return finish(now, std::nullopt);
  if (!reported_ && hears_too_much()) finish(now, never_stops(phase()));
}

void Interview::note_clock() {
  if (report_.clock_offset) return;
  // Within what a duration can hold, whatever the peer says.
  constexpr std::int64_t kFarAway = std::int64_t{1} << 40;
  const UnixTime theirs = std::clamp(channel_.facts().unix_time, from_unix_seconds(-kFarAway),
                                     from_unix_seconds(kFarAway));
  report_.clock_offset = theirs - net::unix_time();
}

// -- What goes out --------------------------------------------------------------------------------

void Interview::send_decoys(TimePoint now) {
  const std::array<std::uint8_t, kDecoyContentsBytes> zeros{};
  for (unsigned i = 0; i < config_.decoys; ++i) {
    if (!channel_.push_decoy(now, zeros)) return;
  }
}

// We say little: where it does not fit, the peer asks without end and does not read.
void Interview::ask(TimePoint now) {
  while (const auto message = inquiry_ ? inquiry_->poll_message() : std::nullopt) {
    const auto pushed = channel_.push(now, *message);
    if (!pushed && pushed.error() == channel::PushError::kQueueFull) {
      finish(now, never_stops(phase()));
    }
  }
  driver_->flush();
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
    driver_->abort();
  } else if (!hold_until_) {
    driver_->close();
  }
}

void Interview::give_report(std::optional<Failure> failure) {
  reported_ = true;
  const transport::Info info = channel_.info();
  report_.failure = std::move(failure);
  if (report_.failure && obsolete_) report_.failure->text += fmt::format("; it {}", *obsolete_);
  if (!spoke_transport()) report_.version.reset();
  report_.session_id = info.session_id;
  report_.garbage_bytes = info.received.garbage_bytes;
  report_.decoys = info.received.decoys;
  if (channel_.has_version()) {
    report_.peer = channel_.facts();
    report_.p2p_v2 = judge_p2p_v2(report_.peer->services, info.version, reason_);
  }
  if (inquiry_) inquiry_->tell(report_);
  callbacks_.on_report(report_);
}

// Version 1 has no handshake: the dial says that it is spoken before the peer has said a byte.
bool Interview::spoke_transport() const {
  if (channel_.info().version == transport::Version::kV2) return true;
  const ByteView first = driver_->first_bytes();
  const protocol::Magic& magic = config_.inquiry.network.magic;
  return first.size() >= magic.size() && std::ranges::equal(first.first(magic.size()), magic);
}

void Interview::cut_hold(TimePoint now, std::string why) {
  if (!hold_until_) return;
  const Duration left = *hold_until_ - now;
  hold_until_.reset();
  callbacks_.on_hold_cut({.address = report_.address.value_or(driver_->remote()),
                          .held = config_.hold - left,
                          .wanted = config_.hold,
                          .why = std::move(why)});
}

void Interview::cancel() {
  reported_ = true;
  hold_until_.reset();
  driver_->abort();
}

}  // namespace veilwire::probe

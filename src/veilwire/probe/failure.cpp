#include "veilwire/probe/failure.h"

#include <fmt/format.h>

#include "veilwire/probe/speaker.h"

namespace veilwire::probe {
namespace {

Failure make(std::string_view error, std::string_view phase, std::string text) {
  return {std::string(error), std::string(phase), std::move(text)};
}

std::string seconds(Duration duration) {
  return fmt::format("{:g} s", std::chrono::duration<double>(duration).count());
}

std::string_view name_of_timeout(const net::DialFailure& failure) {
  switch (failure.phase) {
    case net::DialPhase::kConnect:
      return "connect_timed_out";
    case net::DialPhase::kProxy:
      return "proxy_timed_out";
    case net::DialPhase::kHandshake:
      return failure.bytes_received == 0 ? "silent" : "handshake_timed_out";
  }
  return "handshake_timed_out";
}

std::string_view name_of(const net::DialFailure& failure) {
  switch (failure.error) {
    case net::DialError::kRefused:
      return "refused";
    case net::DialError::kUnreachable:
      return "unreachable";
    case net::DialError::kTimedOut:
      return name_of_timeout(failure);
    case net::DialError::kPeerClosed:
      return failure.phase == net::DialPhase::kProxy ? "proxy_failed" : "closed";
    case net::DialError::kFault:
      return failure.fault ? transport::rule_name(failure.fault->rule) : "fault";
    case net::DialError::kProxyFailed:
      return "proxy_failed";
    case net::DialError::kSystem:
    case net::DialError::kCancelled:
      return "system";
  }
  return "system";
}

// The dial was stopped by us: what it says of itself is only that.
Failure dial_took_too_long(const net::DialFailure& failure, Duration timeout) {
  const std::string_view phase = net::dial_phase_name(failure.phase);
  switch (failure.phase) {
    case net::DialPhase::kConnect:
      return make("connect_timed_out", phase,
                  fmt::format("no connection was made within {}", seconds(timeout)));
    case net::DialPhase::kProxy:
      return make("proxy_timed_out", phase,
                  fmt::format("the proxy reached nobody within {}", seconds(timeout)));
    case net::DialPhase::kHandshake:
      break;
  }
  return make("handshake_timed_out", phase,
              fmt::format("the handshake was not done within {}", seconds(timeout)));
}

std::string closed_text(Phase phase) {
  return phase == Phase::kVersion ? "the peer ended the connection before it said its version: it "
                                    "is full, refuses us, or"
                                    " is on another network"
                                  : "the peer ended the connection before it had answered";
}

}  // namespace

std::string_view phase_name(Phase phase) {
  return phase == Phase::kVersion ? "version" : "questions";
}

Failure unknown_host(std::string text) { return make("unknown_host", "resolve", std::move(text)); }

Failure dial_failed(const net::DialFailure& failure, const protocol::Network& network,
                    Duration timeout) {
  const std::string_view phase = net::dial_phase_name(failure.phase);
  if (failure.phase == net::DialPhase::kHandshake) {
    if (auto speaker = guess_speaker(failure.first_bytes, network)) {
      return make(speaker->error, phase, std::move(speaker->text));
    }
  }
  if (failure.error == net::DialError::kCancelled) return dial_took_too_long(failure, timeout);
  return make(name_of(failure), phase, failure.text);
}

Failure ended_early(const net::End& end, Phase phase, ByteView first_bytes,
                    const protocol::Network& network) {
  if (phase == Phase::kVersion) {
    if (auto speaker = guess_speaker(first_bytes, network)) {
      return make(speaker->error, phase_name(phase), std::move(speaker->text));
    }
  }
  switch (end.reason) {
    case net::EndReason::kFault:
      if (!end.fault) break;
      return make(transport::rule_name(end.fault->rule), phase_name(phase),
                  std::string(transport::rule_text(end.fault->rule)));
    case net::EndReason::kSystem:
      return make("system", phase_name(phase),
                  fmt::format("the connection broke: {}", end.system_error));
    case net::EndReason::kPeerClosed:
    case net::EndReason::kPeerReset:
    case net::EndReason::kOurs:
      break;
  }
  return make("closed", phase_name(phase), closed_text(phase));
}

Failure no_version_in_time(std::uint64_t bytes_received, Duration timeout) {
  if (bytes_received == 0) {
    return make(
        "silent", phase_name(Phase::kVersion),
        fmt::format("the peer took the connection and sent nothing within {}", seconds(timeout)));
  }
  return make(
      "version_timed_out", phase_name(Phase::kVersion),
      fmt::format("the peer did not say its version and verack within {}", seconds(timeout)));
}

Failure broken_rule(const peer::SessionFault& fault) {
  return make(peer::rule_name(fault.rule), phase_name(Phase::kVersion), peer::fault_text(fault));
}

Failure malformed_message(protocol::MessageKind kind, wire::PayloadRule rule) {
  return make("malformed_message", phase_name(Phase::kQuestions),
              fmt::format("the peer sent a malformed {}: {}", protocol::message_name(kind),
                          wire::rule_text(rule)));
}

Failure bad_header(std::uint32_t height, HeaderFault fault) {
  return make("bad_headers", phase_name(Phase::kQuestions),
              fmt::format("the peer's header {} {}", height, header_fault_text(fault)));
}

Failure never_stops(Phase phase) {
  return make("never_stops", phase_name(phase),
              "the peer kept sending what was not asked for and did not answer");
}

}  // namespace veilwire::probe

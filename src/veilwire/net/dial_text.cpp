#include "veilwire/net/dial_text.h"

#include <algorithm>
#include <array>

#include "veilwire/base/escape.h"
#include "veilwire/protocol/magic.h"

namespace veilwire::net {
namespace {

using namespace std::string_view_literals;

struct Greeting {
  std::string_view bytes;
  std::string_view guess;
};

constexpr std::array kGreetings{
    Greeting{"HTTP/"sv, "a web server"},
    Greeting{"SSH-"sv, "an SSH server"},
    Greeting{"\x15\x03"sv, "a TLS server"},
    Greeting{"220 "sv, "a mail or FTP server"},
    Greeting{"220-"sv, "a mail or FTP server"},
    Greeting{"\xf9\xbe\xb4\xd9"sv, "a version 1 peer of the main network"},
    Greeting{"\x0b\x11\x09\x07"sv, "a version 1 peer of testnet3"},
    Greeting{"\x1c\x16\x3f\x28"sv, "a version 1 peer of testnet4"},
    Greeting{"\x0a\x03\xcf\x40"sv, "a version 1 peer of signet"},
    Greeting{"\xfa\xbf\xb5\xda"sv, "a version 1 peer of regtest"},
};

// Ours, and not to be taken for the peer's: no descriptor left, for example.
std::string our_side_text(std::string_view detail) {
  return "our own side could not make the connection: " + std::string(detail);
}

std::string connect_text(DialError error, std::string_view detail) {
  switch (error) {
    case DialError::kRefused:
      return "nothing listens there: the connection was refused";
    case DialError::kTimedOut:
      return "the connection was not made in time";
    case DialError::kUnreachable:
      return "there is no route to that address: " + std::string(detail);
    case DialError::kSystem:
      return our_side_text(detail);
    default:
      return "the connection could not be made: " + std::string(detail);
  }
}

std::string proxy_text(DialError error, std::string_view detail) {
  // With a detail it did answer: that the target did not.
  if (error == DialError::kTimedOut && detail.empty()) return "the proxy did not answer in time";
  if (error == DialError::kPeerClosed) return "the proxy closed the connection";
  if (error == DialError::kSystem) return our_side_text(detail);
  return std::string(detail);
}

// Its keys and its terminator, so that a peer that shares our secret would have been understood.
constexpr std::uint64_t kEnoughToFit =
    transport::kEllSwiftBytes + transport::kGarbageTerminatorBytes;

// A version 2 peer of another network derives other keys: it answers, and its terminator is never
// found (BIP 324, "Shared secret computation").
std::string silence_text(std::uint64_t bytes_received) {
  if (bytes_received == 0) return "the peer took the connection and sent nothing";
  return bytes_received < kEnoughToFit
             ? "the peer did not finish the handshake in time"
             : "the peer answered with keys that do not fit ours: it may be on another network";
}

std::string closed_text(std::uint64_t bytes_received) {
  if (bytes_received == 0) {
    return "the peer closed the connection at our first bytes: it does not speak version 2, or "
           "refuses "
           "us";
  }
  const std::string text = "the peer closed the connection in the middle of the handshake";
  return bytes_received < kEnoughToFit ? text : text + ": it may be on another network";
}

std::string handshake_text(const DialFailure& failure, std::string_view detail) {
  const bool v1 = failure.version == transport::Version::kV1;
  const std::string_view guess = guess_of(failure.first_bytes);
  if (!guess.empty()) return std::string(guess) + " answered, not a version 2 peer";
  switch (failure.error) {
    case DialError::kTimedOut:
      return silence_text(failure.bytes_received);
    case DialError::kPeerClosed:
      return v1 ? "the peer closed the connection" : closed_text(failure.bytes_received);
    case DialError::kFault:
      if (failure.fault->rule == transport::Rule::kHandshakeTimeout) {
        return silence_text(failure.bytes_received);
      }
      return std::string(transport::rule_text(failure.fault->rule));
    default:
      return std::string(detail);
  }
}

}  // namespace

std::string_view guess_of(ByteView first_bytes) {
  const std::string_view text(reinterpret_cast<const char*>(first_bytes.data()),
                              first_bytes.size());
  const auto found = std::ranges::find_if(
      kGreetings, [text](const Greeting& one) { return text.starts_with(one.bytes); });
  return found == kGreetings.end() ? std::string_view{} : found->guess;
}

std::string failure_text(const DialFailure& failure, std::string_view detail) {
  if (failure.error == DialError::kCancelled) return "the dial was given up";
  switch (failure.phase) {
    case DialPhase::kConnect:
      return connect_text(failure.error, detail);
    case DialPhase::kProxy:
      return proxy_text(failure.error, detail);
    case DialPhase::kHandshake:
      return handshake_text(failure, detail);
  }
  return {};
}

std::string proxy_unreached_text(const Endpoint& proxy, DialError error, std::string_view detail) {
  std::string text = "the proxy " + escape_foreign(to_string(proxy)) + " cannot be reached: ";
  if (error == DialError::kRefused) return text + "it refused the connection";
  if (error == DialError::kTimedOut) return text + "the connection was not made in time";
  return text.append(detail);
}

std::string_view dial_phase_name(DialPhase phase) {
  switch (phase) {
    case DialPhase::kConnect:
      return "connect";
    case DialPhase::kProxy:
      return "proxy";
    case DialPhase::kHandshake:
      return "handshake";
  }
  return "";
}

std::string_view dial_error_name(DialError error) {
  switch (error) {
    case DialError::kRefused:
      return "refused";
    case DialError::kUnreachable:
      return "unreachable";
    case DialError::kTimedOut:
      return "timed_out";
    case DialError::kPeerClosed:
      return "peer_closed";
    case DialError::kFault:
      return "fault";
    case DialError::kProxyFailed:
      return "proxy_failed";
    case DialError::kSystem:
      return "system";
    case DialError::kCancelled:
      return "cancelled";
  }
  return "";
}

}  // namespace veilwire::net

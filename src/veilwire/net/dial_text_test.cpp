// Sentences for people: each cause has its own.
#include "veilwire/net/dial_text.h"

#include <gtest/gtest.h>

#include <set>

namespace veilwire::net {
namespace {

using transport::Fault;
using transport::Rule;

Bytes bytes_of(std::string_view text) { return Bytes(text.begin(), text.end()); }

DialFailure failed(DialPhase phase, DialError error) {
  return {.phase = phase, .error = error, .text = {}};
}

DialFailure handshake(DialError error, std::uint64_t bytes_received, std::string_view first = {}) {
  DialFailure failure = failed(DialPhase::kHandshake, error);
  failure.bytes_received = bytes_received;
  failure.first_bytes = bytes_of(first);
  return failure;
}

DialFailure faulted(Rule rule, std::uint64_t bytes_received) {
  DialFailure failure = handshake(DialError::kFault, bytes_received);
  failure.fault = Fault{rule, transport::blame_for(rule)};
  return failure;
}

TEST(GuessOf, KnowsWhatOftenListensThere) {
  EXPECT_EQ(guess_of(bytes_of("HTTP/1.1 400 Bad")), "a web server");
  EXPECT_EQ(guess_of(bytes_of("SSH-2.0-OpenSSH_")), "an SSH server");
  EXPECT_EQ(guess_of(bytes_of("220 mail.example")), "a mail or FTP server");
  EXPECT_EQ(guess_of(bytes_of("220-FTP")), "a mail or FTP server");
  EXPECT_EQ(guess_of(Bytes{0x15, 3, 1, 0, 2, 2, 70}), "a TLS server");
  EXPECT_EQ(guess_of(Bytes{0xf9, 0xbe, 0xb4, 0xd9, 'v'}), "a version 1 peer of the main network");
  EXPECT_EQ(guess_of(Bytes{0xfa, 0xbf, 0xb5, 0xda, 'v'}), "a version 1 peer of regtest");
  EXPECT_EQ(guess_of(Bytes{0x0b, 0x11, 0x09, 0x07}), "a version 1 peer of testnet3");
  EXPECT_EQ(guess_of(Bytes{0x1c, 0x16, 0x3f, 0x28}), "a version 1 peer of testnet4");
  EXPECT_EQ(guess_of(Bytes{0x0a, 0x03, 0xcf, 0x40}), "a version 1 peer of signet");
}

TEST(GuessOf, GuessesNothingFromLess) {
  EXPECT_EQ(guess_of({}), "");
  EXPECT_EQ(guess_of(bytes_of("HTTP")), "");
  EXPECT_EQ(guess_of(bytes_of("random")), "");
}

TEST(FailureText, OfTheConnect) {
  const auto text = [](DialError error) {
    return failure_text(failed(DialPhase::kConnect, error), "the detail");
  };
  EXPECT_EQ(text(DialError::kRefused), "nothing listens there: the connection was refused");
  EXPECT_EQ(text(DialError::kTimedOut), "the connection was not made in time");
  EXPECT_EQ(text(DialError::kUnreachable), "there is no route to that address: the detail");
  EXPECT_EQ(text(DialError::kSystem), "our own side could not make the connection: the detail");
  EXPECT_EQ(text(DialError::kPeerClosed), "the connection could not be made: the detail");
  EXPECT_EQ(text(DialError::kCancelled), "the dial was given up");
}

TEST(FailureText, OfTheProxy) {
  const auto text = [](DialError error) {
    return failure_text(failed(DialPhase::kProxy, error), "the proxy says no");
  };
  EXPECT_EQ(failure_text(failed(DialPhase::kProxy, DialError::kTimedOut), {}),
            "the proxy did not answer in time");
  EXPECT_EQ(text(DialError::kTimedOut), "the proxy says no");
  EXPECT_EQ(text(DialError::kPeerClosed), "the proxy closed the connection");
  EXPECT_EQ(text(DialError::kRefused), "the proxy says no");
  EXPECT_EQ(text(DialError::kProxyFailed), "the proxy says no");
  EXPECT_EQ(text(DialError::kSystem),
            "our own side could not make the connection: the proxy says no");
  EXPECT_EQ(text(DialError::kCancelled), "the dial was given up");
}

TEST(FailureText, NamesAProxyThatCannotBeReached) {
  const auto text = [](DialError error) {
    return proxy_unreached_text({"::1", 9050}, error, "the detail");
  };
  EXPECT_EQ(text(DialError::kRefused),
            "the proxy [::1]:9050 cannot be reached: it refused the connection");
  EXPECT_EQ(text(DialError::kTimedOut),
            "the proxy [::1]:9050 cannot be reached: the connection was not made in time");
  EXPECT_EQ(text(DialError::kUnreachable), "the proxy [::1]:9050 cannot be reached: the detail");
}

TEST(FailureText, SaysWhatAnswered) {
  EXPECT_EQ(failure_text(handshake(DialError::kPeerClosed, 26, "HTTP/1.1 400 Bad"), {}),
            "a web server answered, not a version 2 peer");
  EXPECT_EQ(failure_text(handshake(DialError::kTimedOut, 26, "SSH-2.0-x"), {}),
            "an SSH server answered, not a version 2 peer");
}

TEST(FailureText, TellsHowFarTheHandshakeCame) {
  EXPECT_EQ(failure_text(handshake(DialError::kPeerClosed, 0), {}),
            "the peer closed the connection at our first bytes: it does not speak version 2, or "
            "refuses us");
  EXPECT_EQ(failure_text(handshake(DialError::kPeerClosed, 10), {}),
            "the peer closed the connection in the middle of the handshake");
  EXPECT_EQ(failure_text(handshake(DialError::kPeerClosed, 80), {}),
            "the peer closed the connection in the middle of the handshake: it may be on another "
            "network");
  EXPECT_EQ(failure_text(handshake(DialError::kTimedOut, 0), {}),
            "the peer took the connection and sent nothing");
  EXPECT_EQ(failure_text(handshake(DialError::kTimedOut, 10), {}),
            "the peer did not finish the handshake in time");
  EXPECT_EQ(failure_text(handshake(DialError::kTimedOut, 80), {}),
            "the peer answered with keys that do not fit ours: it may be on another network");
}

TEST(FailureText, NamesTheRuleThatWasBroken) {
  EXPECT_EQ(failure_text(faulted(Rule::kGarbageTooLong, 5000), {}),
            transport::rule_text(Rule::kGarbageTooLong));
  EXPECT_EQ(failure_text(faulted(Rule::kHandshakeTimeout, 0), {}),
            "the peer took the connection and sent nothing");
}

TEST(FailureText, OfVersion1) {
  DialFailure failure = handshake(DialError::kPeerClosed, 0);
  failure.version = transport::Version::kV1;
  EXPECT_EQ(failure_text(failure, {}), "the peer closed the connection");
}

TEST(FailureText, IsNeverEmptyNorASentenceWithItsFullStop) {
  for (const DialPhase phase : {DialPhase::kConnect, DialPhase::kProxy, DialPhase::kHandshake}) {
    for (int error = 0; error <= static_cast<int>(DialError::kCancelled); ++error) {
      if (static_cast<DialError>(error) == DialError::kFault) continue;
      const std::string text = failure_text(failed(phase, static_cast<DialError>(error)), "detail");
      EXPECT_FALSE(text.empty() || text.ends_with('.')) << text;
    }
  }
}

TEST(DialNames, AreAllDifferent) {
  std::set<std::string_view> names;
  for (int error = 0; error <= static_cast<int>(DialError::kCancelled); ++error) {
    EXPECT_TRUE(names.insert(dial_error_name(static_cast<DialError>(error))).second) << error;
  }
  for (const DialPhase phase : {DialPhase::kConnect, DialPhase::kProxy, DialPhase::kHandshake}) {
    EXPECT_TRUE(names.insert(dial_phase_name(phase)).second);
  }
  EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace veilwire::net

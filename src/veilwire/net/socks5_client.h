// The client's side of SOCKS5 (RFC 1928), with user and password (RFC 1929), up to the point where
// the proxy's connection carries the peer's bytes. No socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/base/endpoint.h"

namespace veilwire::net {

enum class Socks5Error : std::uint8_t {
  kNotSocks5,     // the answer does not start with version 5
  kNoMethod,      // the proxy accepts none of the ways in that we offered
  kLoginRefused,  // user and password are not taken
  kMalformedReply,
  // The proxy's own verdict on the dial (RFC 1928, section 6).
  kGeneralFailure,
  kNotAllowed,
  kNetworkUnreachable,
  kHostUnreachable,
  kRefused,
  kTtlExpired,
  kCommandUnsupported,
  kAddressUnsupported,
  kOtherReply,     // Tor has some of its own (0xf0 to 0xf7): onion services
  kUnexpressible,  // ours: a host name, user or password of over 255 bytes
};
// One sentence's end: "the proxy says that the peer refused the connection".
std::string_view socks5_error_text(Socks5Error error);

// Sends the target as an address where it is numeric, else as a name: the proxy resolves it. Sends
// the greeting and waits for each answer, as the RFC has it.
class Socks5Client {
 public:
  // Both texts empty: no login is offered. One of them may be: Tor isolates by the pair.
  Socks5Client(const Endpoint& target, std::string_view user, std::string_view password);

  // Takes the proxy's bytes and returns how many; those after its reply are the peer's and are
  // left. A reply that refuses is one with its second byte: nothing after it is waited for.
  std::size_t feed(ByteView bytes);
  ByteView bytes_to_send() const;
  void mark_sent(std::size_t count);

  bool done() const { return phase_ == Phase::kDone; }
  std::optional<Socks5Error> error() const { return error_; }
  // The reply's own byte, for kOtherReply.
  std::uint8_t reply_code() const { return reply_code_; }

 private:
  enum class Phase : std::uint8_t { kMethod, kLogin, kReply, kDone };

  bool answer_is_whole() const;
  void take_answer();
  void take_method();
  void take_login();
  void take_reply();
  void send(Phase next, Bytes bytes);

  Phase phase_ = Phase::kMethod;
  std::optional<Socks5Error> error_;
  std::uint8_t reply_code_ = 0;
  Bytes out_;
  std::size_t sent_ = 0;
  Bytes in_;       // an answer that has not come whole, at most 262 bytes
  Bytes login_;    // what follows the choice of method 2
  Bytes request_;  // what follows the login
};

}  // namespace veilwire::net

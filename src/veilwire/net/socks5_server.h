// The server's side of SOCKS5 (RFC 1928), with user and password (RFC 1929), up to the reply that
// its user decides on. CONNECT only. No socket.
//
//   feed() until request() or fault() is there; then, for a request, reply() once the dial has been
//   tried. Send bytes_to_send() all along. Where is_refused(), close after they are sent.
//
// Bounded: holds at most one message of the client's, 513 bytes, and sends at most 3 of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/base/endpoint.h"

namespace veilwire::net {

// RFC 1928, section 6.
enum class Socks5Reply : std::uint8_t {
  kSucceeded = 0,
  kGeneralFailure = 1,
  kNotAllowed = 2,
  kNetworkUnreachable = 3,
  kHostUnreachable = 4,
  kRefused = 5,
  kTtlExpired = 6,  // customarily: it timed out
  kCommandUnsupported = 7,
  kAddressUnsupported = 8,
};

// The rule that the client broke. What it is answered before the connection closes stands behind.
enum class Socks5Fault : std::uint8_t {
  kNotSocks5,           // does not begin with version 5; nothing
  kNoMethod,            // offers neither "no login" nor user and password; method 0xff
  kMalformedLogin,      // not version 1 of RFC 1929; status 1
  kMalformedRequest,    // not version 5; general failure
  kCommandUnsupported,  // BIND, UDP ASSOCIATE or what nobody knows
  kAddressUnsupported,  // an address type that nobody knows
  kBadName,             // a name that no host has; host unreachable
};
// A stable name for logs and counters: "not_socks5".
std::string_view socks5_fault_name(Socks5Fault fault);
// One sentence without its full stop.
std::string_view socks5_fault_text(Socks5Fault fault);

struct Socks5Request {
  // As Endpoint says. A numeric address is one however it came: Bitcoin Core sends it as a name,
  // and some write an IPv6 one in brackets. It is in its shortest form, IPv4 in IPv6 as IPv4.
  Endpoint target;
  // What it logged in with, any bytes but at most 255 each; empty where it did not offer to. Every
  // login is accepted: programs ask for stream isolation by it.
  std::string user;
  std::string password;
};

// User and password are asked for wherever the client offers them, since a program that has them to
// give means them to be used.
//
// A name whose last label is a number ("127.1", "0x7f000001") and that is not a numeric address either
// is refused: resolvers read some of them as addresses by rules of their own, which would get past
// whatever was decided by the text.
class Socks5Server {
 public:
  // Takes the client's bytes and returns how many; those after its request are the program's own
  // and are left.
  std::size_t feed(ByteView bytes);
  ByteView bytes_to_send() const;
  void mark_sent(std::size_t count);

  // There once the request is whole; it stays.
  const std::optional<Socks5Request>& request() const { return request_; }
  std::optional<Socks5Fault> fault() const { return fault_; }
  // With kBadName: what was asked for, any bytes as the name.
  const std::optional<Endpoint>& bad_target() const { return bad_target_; }

  // REQUIRES: request() is there, and no reply was given before. `bound` is where the connection to
  // the target begins; zeros are sent where it is not a numeric address.
  void reply(Socks5Reply reply, const Endpoint& bound = {});

  // A reply was given, kSucceeded: once it is sent the bytes are the program's.
  bool is_established() const { return phase_ == Phase::kEstablished; }
  // A fault, or another reply.
  bool is_refused() const { return phase_ == Phase::kRefused; }

 private:
  enum class Phase : std::uint8_t {
    kGreeting,
    kLogin,
    kRequest,
    kDialling,
    kEstablished,
    kRefused
  };

  bool takes_bytes() const { return phase_ <= Phase::kRequest; }
  bool message_is_whole() const;
  void take_message();
  void take_greeting();
  void take_login();
  void take_request();
  void take_target();
  void refuse(Socks5Fault fault, ByteView answer);
  void refuse_request(Socks5Fault fault, Socks5Reply reply);
  void send(ByteView bytes);
  void send_reply(Socks5Reply reply, const Endpoint& bound);

  Phase phase_ = Phase::kGreeting;
  std::optional<Socks5Fault> fault_;
  std::optional<Socks5Request> request_;
  std::optional<Endpoint> bad_target_;
  std::string user_;
  std::string password_;
  Bytes in_;  // a message that has not come whole
  Bytes out_;
};

}  // namespace veilwire::net

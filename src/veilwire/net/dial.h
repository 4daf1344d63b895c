// Dialling a peer: the TCP connection or a SOCKS5 proxy's, the transport's handshake, and "version
// 2, then version 1".
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/entropy.h"
#include "veilwire/net/connection.h"
#include "veilwire/net/runtime.h"
#include "veilwire/transport/dial_choice.h"
#include "veilwire/transport/factory.h"
#include "veilwire/transport/key_source.h"
#include "veilwire/transport/v1_transport.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::net {

inline constexpr Duration kConnectTimeout = std::chrono::seconds(5);
inline constexpr Duration kProxyTimeout = std::chrono::seconds(20);

// A SOCKS5 proxy (RFC 1928). With a user and a password (RFC 1929) Tor isolates streams:
// connections with different ones share no circuit.
struct Socks5Proxy {
  Endpoint address;    // numeric
  std::string user{};  // at most 255 bytes each; no login where both are empty
  std::string password{};

  friend bool operator==(const Socks5Proxy&, const Socks5Proxy&) = default;
};

// "socks5://[user:password@]host:port", or "host:port"; "socks5h" is the same. The error is a
// sentence without its full stop, and shows no login.
std::expected<Socks5Proxy, std::string> parse_proxy(std::string_view text);

enum class DialPhase : std::uint8_t {
  kConnect,    // TCP, to the peer
  kProxy,      // TCP to the proxy, its own handshake and its dial
  kHandshake,  // BIP 324
};
std::string_view dial_phase_name(DialPhase phase);  // "connect", "proxy", "handshake"

enum class DialError : std::uint8_t {
  kRefused,      // nobody listens there, or the proxy says so
  kUnreachable,  // no way there
  kTimedOut,
  kPeerClosed,   // the connection was ended by the peer, or cut
  kFault,        // the transport stopped: `fault` says why
  kProxyFailed,  // the proxy is not there, does not speak SOCKS5, refuses us, or failed
  kSystem,       // ours: no descriptor left, for example
  kCancelled,
};
std::string_view dial_error_name(DialError error);  // "refused", "timed_out", ...

// How far the attempt under way has come.
struct DialProgress {
  transport::Version version = transport::Version::kV2;
  bool in_handshake = false;      // the peer is connected
  Duration handshake_duration{};  // since then
  std::uint64_t bytes_sent = 0;   // in the handshake
  std::uint64_t bytes_received = 0;
};

// One attempt that did not succeed.
struct DialFailure {
  transport::Version version = transport::Version::kV2;
  DialPhase phase = DialPhase::kConnect;
  DialError error = DialError::kSystem;
  std::optional<transport::Fault> fault{};
  // Bytes received in the handshake phase, and the first of them.
  std::uint64_t bytes_received = 0;
  Bytes first_bytes{};  // at most 16
  // One sentence without its full stop that says what happened and, where it can, what the other
  // end seems to be: "a web server answered".
  std::string text;
};

struct DialConfig {
  transport::DialPolicy policy = transport::DialPolicy::kPreferV2;
  transport::V2Config v2{};  // its magic serves version 1 too
  transport::V1Config v1{};  // but for its magic
  std::optional<Socks5Proxy> proxy{};
  Duration connect_timeout = kConnectTimeout;
  Duration proxy_timeout = kProxyTimeout;
  // Silence of a version 2 attempt after which version 1 is tried, where the policy allows it.
  Duration fallback_silence = transport::kFallbackSilence;
  // Asked before version 1 is dialled after version 2 has failed so: false ends the dial with that
  // failure. Who has nothing to say allows it.
  std::function<bool(const DialFailure&)> may_dial_v1{};
  // Called for each attempt with both ends, the second of which is the proxy's if there is one, as
  // soon as the system has begun to connect: on a loop with one thread, before the other end can
  // have been accepted.
  std::function<void(const Endpoint& from, const Endpoint& to)> begun{};
};

struct Dialled {
  // Established; its Established event is still to be polled by its user.
  std::shared_ptr<Connection> connection;
  transport::VersionReason reason = transport::VersionReason::kV2;
  std::optional<DialFailure> before{};  // the version 2 attempt, where version 1 followed it
  Duration connect_duration{};          // of the attempt that succeeded, the proxy included
  Duration handshake_duration{};        // BIP 324; zero in version 1
};

// What a dial can be stopped by. Destroying it does not stop the dial.
class Dial {
 public:
  virtual ~Dial() = default;
  // From any thread. `done` is then called with kCancelled, unless it was called already.
  virtual void cancel() = 0;
  // On the dial's strand.
  virtual DialProgress progress() const { return {}; }
};

// Dials `target`; a name is left to the proxy, and without one `target` must be numeric. `done` is
// called once, on the connection's strand, never from within; it calls Connection::start(). A
// connection that it does not keep closes. `keys` and `entropy` must live until then, and are used
// by one thread at a time: with several threads, give each dial its own.
std::shared_ptr<Dial> dial(Runtime& runtime, const Endpoint& target, DialConfig config,
                           transport::KeySource& keys, Entropy& entropy,
                           std::function<void(std::expected<Dialled, DialFailure>)> done);
// The same with transports from a factory; `config.v2` is not looked at.
std::shared_ptr<Dial> dial(Runtime& runtime, const Endpoint& target, DialConfig config,
                           std::shared_ptr<transport::TransportFactory> transports,
                           std::function<void(std::expected<Dialled, DialFailure>)> done);

}  // namespace veilwire::net

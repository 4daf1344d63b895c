// Who may connect from the network: rates, handshakes under way and connections, in all and for
// each source. A machine without sockets.
//
// What a handshake costs us is a key exchange and memory for up to a minute; what it costs a
// flooder is one SYN. The rates over all bound the first. Since a flooder could then use up the
// rate that belongs to everybody, each source has a smaller one of its own, asked first, and what
// is refused uses up nothing.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <string_view>

#include "veilwire/base/ip_address.h"
#include "veilwire/base/time.h"
#include "veilwire/limits/token_bucket.h"

namespace veilwire::limits {

// A source is a /24 of IPv4 or a /64 of IPv6: what one person easily has. Loopback, where every
// peer of an onion service arrives from, is a class of its own with figures of its own; the limits
// of a source are not asked there.
struct AdmissionLimits {
  // btcd's figures.
  std::uint32_t per_second = 20;
  std::uint32_t burst = 40;
  std::uint32_t source_per_second = 2;
  std::uint32_t source_burst = 4;
  std::uint32_t source_pending = 8;  // handshakes under way
  std::uint32_t sources = 2048;      // whose rates are remembered without a connection
  // Ours. All peers of an onion service together get half of what everybody gets.
  std::uint32_t loopback_per_second = 10;
  std::uint32_t loopback_burst = 20;
  std::uint32_t loopback_pending = 64;
  // At 48 KiB each, 400 MB.
  std::uint32_t connections = 8192;
  // A household, or a company behind one address, has some; a flooder wants all.
  std::uint32_t source_connections = 32;

  friend bool operator==(const AdmissionLimits&, const AdmissionLimits&) = default;
};

enum class Admittance : std::uint8_t {
  kAdmitted,
  kConnections,        // too many in all
  kRate,               // too many a second, over all
  kSourceConnections,  // too many from this source
  kSourcePending,      // too many handshakes under way with it
  kSourceRate,         // too many a second from it
};
// A stable name for logs and counters: "admitted", "connections", "rate", "source_connections",
// "source_pending", "source_rate".
std::string_view admittance_name(Admittance admittance);

// Memory: a tree with one node for each source that has a connection (so at most
// limits.connections) and for the limits.sources latest others. A tree, since a peer with many
// addresses could choose those that collide in a hash table.
//
// Only an admitted connection makes or refreshes a source, so that refused ones push nobody out;
// and a source with a connection is never pushed out, so that nobody's counts begin anew while they
// stand. What is pushed out is a rate: at the figures above the oldest of 2048 was last used at
// least 100 s ago, and its bucket had been full for 98 of them.
class Admission {
 public:
  explicit Admission(const AdmissionLimits& limits) : limits_(limits) {}

  // For connections to come; those that are there stay, even where there are more now than allowed.
  void set_limits(const AdmissionLimits& limits);

  // A peer has connected. kAdmitted counts it: handshake_done() once when its handshake has
  // succeeded or failed, and closed() once after that. Anything else counts nothing: close it.
  // `now` never goes back.
  Admittance admit(TimePoint now, const IpAddress& address);
  void handshake_done(const IpAddress& address);
  // REQUIRES: handshake_done() was called for this connection.
  void closed(const IpAddress& address);

  std::uint32_t connection_count() const { return connections_; }
  std::uint32_t pending_count() const { return pending_; }
  // Sources that are remembered, loopback not counted.
  std::size_t source_count() const { return sources_.size(); }

 private:
  struct Source {
    TokenBucket bucket;
    std::uint32_t pending = 0;
    std::uint32_t connections = 0;
    // Where it stands in idle_, while it has no connection.
    std::list<IpAddress>::iterator idle_place{};
  };
  struct SourceLimits {
    std::uint32_t per_second;
    std::uint32_t burst;
    std::uint32_t pending;
    std::uint32_t connections;
  };

  SourceLimits limits_of(const IpAddress& address) const;
  Source* find(const IpAddress& address);
  Admittance judge_source(TimePoint now, const IpAddress& address);
  Source& source_with_connection(const IpAddress& address);
  void drop_oldest_idle();

  AdmissionLimits limits_;
  TokenBucket bucket_;
  std::uint32_t connections_ = 0;
  std::uint32_t pending_ = 0;
  Source loopback_;
  std::map<IpAddress, Source> sources_;
  std::list<IpAddress> idle_;  // without a connection, the one idle longest first
};

}  // namespace veilwire::limits

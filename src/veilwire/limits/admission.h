// Who may connect from the network: rates, handshakes under way and connections, in all and for
// each source. A machine without sockets.
//
// What a handshake costs us is a key exchange and memory for up to a minute; what it costs a
// flooder is one SYN, and a byte. So the rate over all is charged when the first byte comes, where
// the cost begins: whoever connects and says nothing uses up none of it. Since a flooder could then
// use up the rate that belongs to everybody, each source has a smaller one of its own, charged with
// the connection, and what is refused uses up nothing.
//
// A source is not one address but every network that it lies in: a hoster who has a /48 of IPv6 has
// 65 536 /64s, and each of them a rate of its own would be all of ours.
//
// Somebody who connects and says nothing is given up for a newcomer, the one silent longest first,
// wherever a limit is reached that counts it. So silence locks nobody out.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "veilwire/base/ip_address.h"
#include "veilwire/base/time.h"
#include "veilwire/limits/token_bucket.h"

namespace veilwire::limits {

// Ours. How long a connection may be silent at first. What it costs until then is a socket.
inline constexpr Duration kFirstByteTimeout = std::chrono::seconds(60);
// The same while many are silent. A peer says its first bytes at once; through Tor that is a second
// or two after the connection.
inline constexpr Duration kFirstByteTimeoutUnderPressure = std::chrono::seconds(5);
// So many are silent at most; half of them are pressure.
inline constexpr std::size_t kMaxSilent = 512;

// The figures of a source are those of its narrowest network; each wider one has a multiple of
// them:
//
//   IPv4   /24 x1, /16 x4
//   IPv6   /64 x1, /56 x2, /48 x2, /32 x4
//
// Where many peers come from one address (loopback, for the peers of an onion service; another
// machine or container that runs Tor) that address says nothing of them: those are one class with
// figures of its own, in which no source is told from another.
struct AdmissionLimits {
  // btcd's figures.
  std::uint32_t per_second = 20;
  std::uint32_t burst = 40;
  std::uint32_t source_per_second = 2;
  std::uint32_t source_burst = 4;
  std::uint32_t source_pending = 8;  // handshakes under way, the silent included
  std::uint32_t sources = 2048;      // of each width, whose rates are remembered unconnected
  // Ours. All peers of an onion service together get half of what everybody gets.
  std::uint32_t loopback_per_second = 10;
  std::uint32_t loopback_burst = 20;
  std::uint32_t loopback_pending = 64;
  // At 48 KiB each, 400 MB.
  std::uint32_t connections = 8192;
  // A household, or a company behind one address, has some; a flooder wants all.
  std::uint32_t source_connections = 32;
  // How long a connection may say nothing, where few do.
  Duration first_byte_timeout = kFirstByteTimeout;
  // Further addresses that count as loopback does.
  std::vector<IpAddress> like_loopback{};

  friend bool operator==(const AdmissionLimits&, const AdmissionLimits&) = default;
};

enum class Admittance : std::uint8_t {
  kAdmitted,
  kConnections,        // too many in all
  kRate,               // too many a second, over all
  kSourceConnections,  // too many from this source
  kSourcePending,      // too many handshakes under way with it
  kSourceRate,         // too many a second from it
  kLoopbackPending,    // the same of loopback and what counts as loopback
  kLoopbackRate,
};
// A stable name for logs and counters: "admitted", "connections", "rate", "source_connections",
// "source_pending", "source_rate", "loopback_pending", "loopback_rate".
std::string_view admittance_name(Admittance admittance);

// Memory: a tree with one node for each network that has a connection (so at most four for each of
// limits.connections) and, of each width, for the limits.sources latest others. A tree, since a
// peer with many addresses could choose those that collide in a hash table.
//
// Only an admitted connection makes or refreshes a source, so that refused ones push nobody out;
// and a source with a connection is never pushed out, so that nobody's counts begin anew while they
// stand. What is pushed out is a rate: by the time that the figures above let 2048 others in, its
// bucket has long been full again.
class Admission {
 public:
  using Id = std::uint64_t;  // of a connection; the caller's choice, each once

  struct Answer {
    Admittance admittance = Admittance::kAdmitted;
    // A silent connection that is given up for this one: close it. It is not counted any more.
    std::optional<Id> gives_way{};
    friend bool operator==(const Answer&, const Answer&) = default;
  };

  explicit Admission(const AdmissionLimits& limits) : limits_(limits) {}

  // For connections to come; those that are there stay, even where there are more now than allowed.
  void set_limits(const AdmissionLimits& limits);

  // A peer has connected, and is silent. kAdmitted counts it, until closed() or it gives way;
  // anything else counts nothing: close it. `now` never goes back.
  Answer admit(TimePoint now, Id id, const IpAddress& address);
  // Its first byte has come. Anything but kAdmitted: close it, and call closed().
  Admittance first_byte(TimePoint now, Id id);
  // Its handshake has succeeded or failed.
  void handshake_done(Id id);
  // It has ended. Does nothing for an id that is not counted.
  void closed(Id id);

  // A connection that has been silent too long, until there is none: close it. It is not counted
  // any more.
  std::optional<Id> poll_silent(TimePoint now);
  // When to ask poll_silent() next.
  std::optional<TimePoint> next_deadline() const;

  std::size_t connection_count() const { return connections_.size(); }
  std::size_t pending_count() const { return pending_; }
  std::size_t silent_count() const { return silent_.size(); }
  // Networks that are remembered, of all widths.
  std::size_t source_count() const { return sources_.size(); }

 private:
  struct Width {
    std::uint8_t bits;  // of IpAddress's 128
    std::uint8_t multiple;
  };
  struct SourceKey {
    std::uint8_t bits;
    IpAddress prefix;
    friend auto operator<=>(const SourceKey&, const SourceKey&) = default;
  };
  struct Source {
    TokenBucket bucket;
    std::uint32_t pending = 0;
    std::uint32_t connections = 0;
    // Where it stands in idle_, while it has no connection.
    std::list<SourceKey>::iterator idle_place{};
  };
  using Idle = std::list<SourceKey>;  // the one idle longest first
  // Where a connection is from, and which limits that means: decided when it comes.
  enum class Class : std::uint8_t { kSource, kLoopback };
  struct Origin {
    Class kind = Class::kSource;
    IpAddress address{};
  };
  struct Silent {
    Id id;
    Origin origin;
    TimePoint since;
  };
  enum class State : std::uint8_t { kSilent, kPending, kDone };
  struct Connection {
    Origin origin;
    State state = State::kSilent;
    std::list<Silent>::iterator silent_place{};
  };

  static std::vector<Width> widths_of(const IpAddress& address);
  Origin origin_of(const IpAddress& address) const;
  Admittance judge(TimePoint now, const Origin& origin) const;
  Answer make_room(const Origin& origin) const;
  Answer make_room_in_class(const Origin& origin) const;
  std::optional<Id> longest_silent_in(std::uint8_t bits, const Origin& origin) const;
  void count(TimePoint now, Id id, const Origin& origin);
  void end_silence(const Connection& connection);
  Source& with_connection(const SourceKey& key);
  void uncount_pending(const Origin& origin);
  void uncount_connection(const Origin& origin);
  void drop_oldest_idle(Idle& idle);
  Duration patience() const;

  AdmissionLimits limits_;
  TokenBucket bucket_;
  TokenBucket loopback_bucket_;
  std::size_t loopback_pending_ = 0;
  std::size_t loopback_silent_ = 0;
  std::size_t pending_ = 0;
  std::map<Id, Connection> connections_;
  std::list<Silent> silent_;  // the one silent longest first
  std::map<SourceKey, Source> sources_;
  std::map<std::uint8_t, Idle> idle_;  // by bits
};

}  // namespace veilwire::limits

// Joins two connections: every message that one receives the other sends, translated between
// version 1 and version 2 by the transports themselves.
//
// Back-pressure: a message that the other side has no room for is held, one per direction, and its
// side is not read until there is room. So a relay holds, beside the transports' own bounded
// buffers, at most one message each way.
//
// An end is passed on: when one side ends, the other sends what it still has and closes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "veilwire/net/connection.h"
#include "veilwire/proxy/carriage/side.h"
#include "veilwire/proxy/carriage/stall_timeout.h"

namespace veilwire::proxy {

// A relay that holds less than this is not worth a word: the transports keep as much anyway.
inline constexpr std::size_t kReportedBytes = 4096;

// What a gate rules on a message.
struct Pass {};
struct Replace {
  Bytes payload;
};
struct Drop {
  std::string_view reason;  // a literal, for counters: "transaction"
};
using Ruling = std::variant<Pass, Replace, Drop>;

// Looks at every message before it is passed on, and is told what became of it. Called on the
// connections' strand.
class Gate {
 public:
  virtual ~Gate() = default;
  virtual Ruling judge(Side from, const transport::MessageReceived& message) = 0;
  virtual void passed(Side from, const protocol::MessageType& type, std::size_t bytes) = 0;
  // Both sides together hold so many bytes of messages that have not come whole. Not told while
  // that is little.
  virtual void holding(TimePoint now, std::size_t bytes) = 0;
  // By the gate's own ruling, or since the other side cannot express it: "not_expressible" (a
  // one-byte id without a name, towards version 1), "payload_too_long" (over the limit of
  // either side: one that is over its own side's is dropped while it arrives).
  virtual void dropped(Side from, const protocol::MessageType& type, std::string_view reason) = 0;
};

// How a relay ended: which side went first, and how.
struct RelayEnd {
  Side first = Side::kProgram;
  net::End end{};
  bool stalled = false;
};

class Relay : public std::enable_shared_from_this<Relay> {
 public:
  // Both connections are on one strand and not started. `gate` must live until `done` was called,
  // which happens once, when both have ended.
  Relay(std::shared_ptr<net::Connection> program, std::shared_ptr<net::Connection> peer, Gate& gate,
        std::function<void(const RelayEnd&)> done, Duration stall_timeout = kStallTimeout);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // Starts both connections. The relay lives until both have ended.
  void start();
  // Stops reading from both sides, and goes on.
  void hold_off();
  void go_on();
  // Both sides send what they have and close.
  void close();
  void abort();

  const net::Connection& connection(Side side) const;

 private:
  class Half;

  Half& half(Side side) const;
  void report_holding(TimePoint now);
  void side_ended(Side side, const net::End& end, bool stalled);

  Gate& gate_;
  const Duration stall_timeout_;
  std::function<void(const RelayEnd&)> done_;
  std::unique_ptr<Half> program_;
  std::unique_ptr<Half> peer_;
  std::shared_ptr<Relay> self_;  // from start() until both have ended
  std::optional<RelayEnd> end_;
  std::size_t reported_bytes_ = 0;
};

}  // namespace veilwire::proxy

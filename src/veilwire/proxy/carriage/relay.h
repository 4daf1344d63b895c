// Joins two connections: every message that one receives the other sends, translated between
// version 1 and version 2 by the transports themselves.
//
// Back-pressure: while more than kSendRoomBytes wait for one side to take them, the other is not
// read. So whoever does not read costs what the last message was that went to it, and one read.
//
// Memory for what has come in part: the gate is told of it and may stop a side's reading. What came
// of a side that waits for the other is not told: who does not read must not stop those who do.
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
#include "veilwire/proxy/carriage/carriage_end.h"
#include "veilwire/proxy/carriage/partial_messages.h"
#include "veilwire/proxy/carriage/side.h"
#include "veilwire/proxy/carriage/stall_timeout.h"

namespace veilwire::proxy {

// How often a side that the gate has stopped is asked whether its peer has gone: nobody reads, and
// so nobody is told.
inline constexpr Duration kLookForEndInterval = std::chrono::seconds(1);

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
  // What is there of a message that has not come whole; none again when it has.
  virtual void holding(TimePoint now, Side from, const PartialMessages::Partial& partial) = 0;
  // What one read from this side may take.
  virtual std::size_t read_limit(Side from) const = 0;
  // By the gate's own ruling, or since the other side cannot express it: "not_expressible" (a
  // one-byte id without a name, towards version 1), "payload_too_long" (over the limit of
  // either side: one that is over its own side's is dropped while it arrives).
  virtual void dropped(Side from, const protocol::MessageType& type, std::string_view reason) = 0;
};

class Relay : public std::enable_shared_from_this<Relay> {
 public:
  // Both connections are on one strand and not started. `gate` must live until `done` was called,
  // which happens once, when both have ended.
  Relay(std::shared_ptr<net::Connection> program, std::shared_ptr<net::Connection> peer, Gate& gate,
        std::function<void(const CarriageEnd&)> done, Duration stall_timeout = kStallTimeout);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // Starts both connections. The relay lives until both have ended.
  void start();
  // Stops reading from one side, and goes on.
  void hold_off(Side from);
  void go_on(Side from);
  // Both sides send what they have and close.
  void close();
  void abort();

  const net::Connection& connection(Side side) const;

 private:
  class Half;

  Half& half(Side side) const;
  void side_ended(Side side, const net::End& end, bool stalled);

  Gate& gate_;
  const Duration stall_timeout_;
  std::function<void(const CarriageEnd&)> done_;
  std::unique_ptr<Half> program_;
  std::unique_ptr<Half> peer_;
  std::shared_ptr<Relay> self_;  // from start() until both have ended
  std::optional<CarriageEnd> end_;
};

}  // namespace veilwire::proxy

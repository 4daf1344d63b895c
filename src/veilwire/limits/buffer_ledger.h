// One budget over many connections for partly received messages: who may receive a large one now,
// who waits, and who must go. A machine without sockets.
//
// Both transports buffer a message whole before a byte of it can be passed on: version 1 for its
// checksum, version 2 for its tag. So each peer may have 4 MB of ours at no cost, and a thousand of
// them 4 GB.
//
// A message says at its beginning how long it is. A small one always gets through. A larger one has
// its size reserved when it passes always_bytes; where the budget does not have it, its connection
// stops reading and waits. So what has begun can be completed, and nobody holds half a message that
// nothing is left for.
//
//   who is next           The source that has least reserved; within a source, who has waited
//                         longest. Nobody's share can be taken by having many connections.
//   who must go           Whoever has a reservation and does not use it. A message that does not
//                         grow for kGrowthTimeout ends its connection at any time, and while others
//                         wait, one that does not grow for kGrowthGrace.
//   where that is not     After kPatience of somebody's waiting those that are slowest of all who
//   enough                have had their kTurn go at once, until an eighth of the budget is free:
//                         of sources over their fair share (the budget over the sources) only.
//
// Bound: budget_bytes, and for each connection two always_bytes, where reads keep to read_limit().
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "veilwire/base/ip_address.h"
#include "veilwire/base/time.h"

namespace veilwire::limits {

// A message under way grows by so much in kGrowthTimeout, or its connection is closed: 270 bytes a
// second, where a slow circuit of Tor carries 20 000, and a network may be down for half a minute.
// Bounds how long one that has begun a message can keep our memory at no cost.
inline constexpr std::size_t kGrowthBytes = 16 * 1024;
inline constexpr Duration kGrowthTimeout = std::chrono::seconds(60);
// The same while others wait.
inline constexpr Duration kGrowthGrace = std::chrono::seconds(3);
// How long others wait for those who have had their turn, however well they grow.
inline constexpr Duration kPatience = std::chrono::seconds(5);
// The largest message at 400 kB a second.
inline constexpr Duration kTurn = std::chrono::seconds(10);

struct BufferLimits {
  // 32 of the largest messages at once.
  std::size_t budget_bytes = 128'000'000;
  // A message of this size always gets through.
  std::size_t always_bytes = 16 * 1024;
  // What one read takes.
  std::size_t read_bytes = 256 * 1024;

  friend bool operator==(const BufferLimits&, const BufferLimits&) = default;
};

// One thread at a time. `now` never goes back.
class BufferLedger {
 public:
  using Id = std::uint64_t;  // of a connection
  using Source = IpAddress;  // what it shares with others of its source: a prefix, say

  // A message that has not come whole.
  struct Partial {
    std::size_t bytes = 0;  // held of it; zero: there is none
    std::size_t size = 0;   // what it will have in the end, as it announces
  };

  enum class Step : std::uint8_t {
    kStopReading,
    kResumeReading,
    kCloseForRoom,  // remove() is then to be called, as for every connection that ends
    kCloseStalled,  // the same; it broke the rule that a message grows
  };
  struct Decision {
    Id id = 0;
    Step step = Step::kStopReading;
    std::size_t bytes = 0;  // that it holds
    friend bool operator==(const Decision&, const Decision&) = default;
  };

  explicit BufferLedger(const BufferLimits& limits) : limits_(limits) {}

  // What a connection holds now. To be called after each read that leaves or finds some; then
  // poll(). A connection keeps the source that it came with.
  void set(TimePoint now, Id id, const Source& source, const Partial& partial);
  // It has ended. Then poll().
  void remove(Id id);

  // The next thing to do, until there is none. A decision counts as carried out. The time for which
  // a connection waited is not held against its peer.
  std::optional<Decision> poll(TimePoint now);
  // When to poll() though nothing was reported.
  std::optional<TimePoint> next_deadline() const;

  // What one read of this connection may take now: all, unless others wait and it has nothing
  // reserved.
  std::size_t read_limit(Id id) const;

  std::size_t held_bytes() const { return held_; }
  std::size_t reserved_bytes() const { return reserved_; }
  std::size_t waiting_count() const { return waiting_since_.size(); }
  // Those that hold something or wait; others cost nothing here.
  std::size_t connection_count() const { return entries_.size(); }
  std::size_t source_count() const { return sources_.size(); }

 private:
  // kAsking: larger than always_bytes, and not yet decided on.
  enum class State : std::uint8_t { kSmall, kAsking, kGranted, kWaiting, kClosing };
  struct Entry {
    Source source;
    Partial partial{};
    State state = State::kSmall;
    std::size_t reserved = 0;
    TimePoint since{};         // in this state
    std::size_t grown_to = 0;  // when it last had grown by kGrowthBytes
    TimePoint grown_at{};
  };
  using Entries = std::map<Id, Entry>;
  // A queue position: who came first.
  using Ticket = std::pair<TimePoint, Id>;
  struct Standing {
    std::size_t reserved = 0;
    std::size_t entries = 0;
    std::set<Ticket> waiting;
  };

  static bool is_new_message(const Entry& entry, const Partial& partial);
  void release(Entry& entry);
  // Around every change of what decides on a source's place in the queue.
  void leave_queue(const Standing& standing);
  void join_queue(const Standing& standing);
  void note_growth(TimePoint now, Id id, Entry& entry);
  void erase(Entries::iterator place);
  std::set<Ticket>* growth_queue(State state);
  bool has_room_for(std::size_t size) const;
  static std::size_t size_wanted(const Entry& entry);
  void grant(TimePoint now, Id id, Entry& entry);
  std::size_t share() const { return limits_.budget_bytes / sources_.size(); }
  void set_state(TimePoint now, Id id, Entry& entry, State state);
  std::optional<Decision> decide_on_one_who_asks(TimePoint now);
  std::optional<Decision> grant_next(TimePoint now);
  std::optional<Decision> close_standing(TimePoint now);
  std::optional<Decision> close_slowest(TimePoint now);
  std::optional<TimePoint> longest_waiting_since() const;
  Decision close(TimePoint now, Id id, Step step);

  BufferLimits limits_;
  std::size_t held_ = 0;
  std::size_t reserved_ = 0;
  Entries entries_;
  std::map<Source, Standing> sources_;
  // Of each source that waits: what it has reserved, and who waited first. The next one first.
  std::set<std::pair<std::size_t, Ticket>> next_;
  std::set<Ticket> waiting_since_;
  std::set<Ticket> small_;    // and those that ask, by when they last had grown
  std::set<Ticket> granted_;  // by when they last had grown
  std::set<Id> asking_;
  std::set<Id> completed_;     // waited, and what had been read already was enough
  TimePoint turned_out_at_{};  // when the slowest last went
  bool turning_out_ = false;
};

// A stable name for logs and counters: "stop_reading", "resume_reading", "close_for_room",
// "close_stalled".
std::string_view step_name(BufferLedger::Step step);

}  // namespace veilwire::limits

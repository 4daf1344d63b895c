// One cap over all connections on partly received messages: which connections must stop reading,
// and which may go on. A machine without sockets.
//
// Both transports buffer a message whole before a byte of it can be passed on: version 1 for its
// checksum, version 2 for its tag. So each peer may have 4 MB of ours at no cost, and a thousand of
// them 4 GB. While the cap is reached, each report of more stops the connection that holds most,
// which stops its peer; small messages (pings, announcements) go on.
//
// What stands still cannot complete and so cannot free what it holds. Where the cap is reached by
// peers that never meant to complete, that would last for ever: so after kBufferPatience without
// relief the largest is closed, one each kBufferPatience.
//
// Bound: cap_bytes, one read_bytes for each read that was under way, and for each connection two
// always_bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "veilwire/base/time.h"

namespace veilwire::limits {

// Well over the time that a block takes on a slow line. Bounds how long a flood can keep everybody
// from receiving anything large.
inline constexpr Duration kBufferPatience = std::chrono::seconds(20);
// How long room is kept for the next read of a connection that goes on: what waited for it in its
// socket is read at once.
inline constexpr Duration kRoomKept = std::chrono::seconds(1);

struct BufferLimits {
  // Reached by 64 of the largest messages at once.
  std::size_t cap_bytes = 256'000'000;
  // Who holds less than this never stops: a message of this size always gets through.
  std::size_t always_bytes = 4096;
  // What one read takes. So much room must be there for each connection that goes on, or a thousand
  // that wait would all go on at the same moment.
  std::size_t read_bytes = 256 * 1024;

  friend bool operator==(const BufferLimits&, const BufferLimits&) = default;
};

// One thread at a time. `now` never goes back.
class BufferLedger {
 public:
  using Id = std::uint64_t;  // of a connection

  enum class Step : std::uint8_t {
    kStopReading,
    kResumeReading,
    kClose,  // remove() is then to be called, as for every connection that ends
  };
  struct Decision {
    Id id = 0;
    Step step = Step::kStopReading;
    friend bool operator==(const Decision&, const Decision&) = default;
  };

  // REQUIRES: read_bytes at most half of cap_bytes.
  explicit BufferLedger(const BufferLimits& limits) : limits_(limits) {}

  // The connection now holds so many bytes of messages that are not whole, both directions
  // together. To be called after each read that leaves or finds some; then poll().
  void set(Id id, std::size_t bytes);
  // It has ended. Then poll().
  void remove(Id id);

  // The next thing to do, until there is none. A decision counts as carried out. The time for which
  // a connection was stopped is not to be held against its peer.
  std::optional<Decision> poll(TimePoint now);
  // When to poll() though nothing was reported.
  std::optional<TimePoint> next_deadline() const;

  // How much a read may take now at most: read_bytes, or always_bytes while the cap is reached.
  std::size_t read_limit() const { return is_full() ? limits_.always_bytes : limits_.read_bytes; }

  std::size_t total_bytes() const { return held_; }
  std::size_t stopped_count() const { return stopped_.size(); }
  // Those that hold something or are stopped; others cost nothing here.
  std::size_t connection_count() const { return entries_.size(); }

 private:
  enum class State : std::uint8_t { kReading, kStopped, kClosing };
  struct Entry {
    std::size_t bytes = 0;
    State state = State::kReading;
  };
  using Entries = std::map<Id, Entry>;
  using BySize = std::set<std::pair<std::size_t, Id>>;

  bool is_full() const { return held_ >= limits_.cap_bytes; }
  bool has_room_for_a_read() const;
  void enlist(Entries::iterator place);
  void unlist(Entries::iterator place);
  Decision change(Id id, State state, Step step);
  std::optional<Decision> stop_largest();
  std::optional<Decision> resume_smallest(TimePoint now);
  std::optional<Decision> close_largest(TimePoint now);
  void watch_the_time(TimePoint now);

  BufferLimits limits_;
  std::size_t held_ = 0;
  Entries entries_;
  BySize reading_;
  BySize stopped_;
  bool stop_is_due_ = false;  // more was reported while the cap is reached
  std::set<Id> resumed_;      // for whose next read room is kept
  TimePoint room_kept_until_{};
  std::optional<TimePoint> patience_end_;  // while there are stopped ones
};

}  // namespace veilwire::limits

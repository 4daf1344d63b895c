// Who has spoken version 2, kept in a small SQLite file over restarts. Such a peer that answers in
// version 1 has changed its mind, or somebody on the way has changed it.
//
// The file is a list of whom this proxy has talked to in 30 days: it is made with mode 0600, and
// one that others can read is narrowed to that.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "veilwire/base/time.h"
#include "veilwire/host/database.h"

namespace veilwire::proxy {

inline constexpr std::chrono::days kDowngradeMemoryTime{30};
// About twice the listening nodes of the network, so that a crawler remembers all of them; bounds
// the file at about 10 MB.
inline constexpr std::size_t kMaxDowngradeRows = 100'000;
// Sightings that wait for flush(); more are dropped until one succeeds. Bounds the memory at 3 MB
// where the disk refuses.
inline constexpr std::size_t kMaxUnsavedSightings = 10'000;
// "host:port" is never longer; what is longer is not kept.
inline constexpr std::size_t kMaxDowngradeKeyBytes = 263;

// A sentence for the log: what happened to the file and what was done about it.
using Notice = std::string;

// What is remembered of a peer. kUnknown: the file cannot be read; take_notice() says so then.
enum class SpokeV2 : std::uint8_t { kNo, kYes, kUnknown };

// Sightings are kept in memory until flush() writes them in one transaction, which is on the disk
// when flush() returns (rollback journal, synchronous: at one write a minute its cost is none, and
// there is one file and not three). A crash loses what was not flushed, never the file.
//
// All calls but saw_v2() may wait for the disk. One thread at a time.
class DowngradeMemory {
 public:
  // Makes the file where there is none. A file that is damaged, or no SQLite file at all, is
  // renamed to "<path>.damaged-<unix_time>" and begun anew; take_notice() says so. What cannot be
  // opened, belongs to another program or to a later version of this one is left alone and refused:
  // the error is a sentence without its full stop.
  static std::expected<std::unique_ptr<DowngradeMemory>, std::string> open(const std::string& path,
                                                                           UnixTime now);
  // Does not flush.
  ~DowngradeMemory();
  DowngradeMemory(const DowngradeMemory&) = delete;
  DowngradeMemory& operator=(const DowngradeMemory&) = delete;

  // `key`: to_string() of a canonical() endpoint.
  void saw_v2(UnixTime now, std::string_view key);
  // Within the last 30 days.
  SpokeV2 once_spoke_v2(UnixTime now, std::string_view key);

  // Writes what waits, and drops what is over 30 days old and the oldest over kMaxDowngradeRows. On
  // failure (the disk is full, another process holds the file) everything waits for the next time
  // and the error is a sentence without its full stop. A file found damaged is set aside as by
  // open().
  std::expected<void, std::string> flush(UnixTime now);

  // What there is to tell that no call has returned, once.
  std::optional<Notice> take_notice();

  std::size_t unsaved_count() const { return unsaved_.size(); }

 private:
  explicit DowngradeMemory(host::Database database) : database_(std::move(database)) {}

  host::DatabaseDone write_sightings();
  host::DatabaseDone drop_old(UnixTime now);
  std::expected<bool, host::DatabaseError> look_up(std::string_view key, UnixTime since);

  host::Database database_;
  std::map<std::string, UnixTime, std::less<>> unsaved_;
  std::uint64_t dropped_ = 0;  // sightings, for want of room
  std::optional<Notice> notice_;
};

}  // namespace veilwire::proxy

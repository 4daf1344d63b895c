// A file that records are only added to, each with a checksum: what a process wrote is there after
// it was killed, and what a lost plug tore is noticed and cut off.
//
//   file    = mark (4 bytes) | version (u32) | record...
//   record  = size (u32) | CRC-32C of size and content (u32) | content (size bytes)
//
// Numbers are little-endian. A record is acknowledged once add() has returned; it survives the loss
// of power once sync() has. A log can be replaced by a shorter one that says the same: for a while
// there are two, and the other has ".new" behind its name.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "veilwire/host/files.h"

namespace veilwire::store {

// Bounds what a flipped bit in a size makes us read.
inline constexpr std::size_t kMaxRecordBytes = 1 << 20;

struct LogFormat {
  std::array<char, 4> mark{};  // tells the file from any other
  std::uint32_t version = 1;   // a later one is refused
};

struct LogError {
  enum class Kind : std::uint8_t {
    kFile,     // the system refuses
    kForeign,  // it is no such log, or a later version's
    kInUse,    // another process has it
  };
  Kind kind = Kind::kFile;
  std::string text;  // a sentence without its full stop

  static LogError of(const host::FileError& error) {
    const bool is_in_use = error.kind == host::FileError::Kind::kInUse;
    return {is_in_use ? Kind::kInUse : Kind::kFile, error.text};
  }
};

class RecordLog {
 public:
  // What opening found: everything up to the first record that is not whole.
  struct Found {
    std::size_t records = 0;
    std::uint64_t cut_bytes = 0;  // behind them, which are gone now
  };
  using Fill = std::function<host::FileResult<void>(RecordLog&)>;

  // Opens the log or begins it, and gives every record in it to `take`, whose argument lives as long
  // as the call. What `take` refuses, by false, counts as torn. What a replacement that was not
  // finished has left is removed. `files` must outlive the log.
  static std::expected<RecordLog, LogError> open(host::Files& files, const std::string& path,
                                                 const LogFormat& format,
                                                 const std::function<bool(ByteView)>& take);
  RecordLog(RecordLog&&) noexcept = default;
  RecordLog& operator=(RecordLog&&) noexcept = default;

  const Found& found() const { return found_; }
  std::uint64_t size() const { return end_; }

  // One write. After an error the record is not there, and the next one takes its place.
  // REQUIRES: at most kMaxRecordBytes.
  host::FileResult<void> add(ByteView content);
  // Where it fails once it fails for good, until the log is opened anew: the system forgets that it
  // could not write, and would call a second attempt a success.
  host::FileResult<void> sync();

  // Puts what `fill` adds to an empty log in the place of all that is in this one. Whatever ends the
  // process or the power on the way, the one is there or the other, whole. After an error nothing
  // has changed.
  host::FileResult<void> replace(const Fill& fill);

 private:
  RecordLog(host::Files& files, std::string path, const LogFormat& format,
            std::unique_ptr<host::File> file)
      : files_(&files), path_(std::move(path)), format_(format), file_(std::move(file)) {}

  std::string path_beside() const { return path_ + ".new"; }
  std::expected<void, LogError> begin();
  host::FileResult<void> write_head();
  std::expected<void, LogError> read_all(const std::function<bool(ByteView)>& take);
  host::FileResult<void> sync_name();
  host::FileResult<RecordLog> filled_beside(const Fill& fill) const;
  host::FileResult<void> rename_over(RecordLog& replaced);

  host::Files* files_;
  std::string path_;
  LogFormat format_;
  std::unique_ptr<host::File> file_;
  std::optional<host::FileError> sync_failure_{};
  bool name_is_synced_ = false;  // nobody knows whether a name that was found is
  std::uint64_t end_ = 0;
  Found found_;
  Bytes scratch_;
};

}  // namespace veilwire::store

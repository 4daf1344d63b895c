// Files, as somebody uses them who must not lose what is in them. One small interface, so that a
// test can put a disk in its place that fails on demand and forgets what was not synced
// (testing/simulated_disk.h).
//
// What the system promises, and what the users of this build on:
//   - a write that returned is seen by every later read, and survives the end of the process by
//     whatever it is ended;
//   - it survives the loss of power once sync() has returned; before that, any part of it may;
//   - a file that was made, renamed or removed survives it as such once sync_folder() has returned.
//
// Any call may wait for the disk. A File is used by one thread at a time, but read_at() by any number
// of them; Files by any number.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "veilwire/base/bytes.h"

namespace veilwire::host {

struct FileError {
  enum class Kind : std::uint8_t {
    kNotFound,
    kNoSpace,  // the disk, or what the user may have of it, is full
    kInUse,    // another process holds the lock
    kDisk,     // the disk could not read or write
    kRefused,  // anything else, permissions above all
  };
  Kind kind = Kind::kRefused;
  std::string text;  // "'x' cannot be read: permission denied": a sentence without its full stop
};

template <typename T>
using FileResult = std::expected<T, FileError>;

class File {
 public:
  virtual ~File() = default;

  // Fewer bytes than asked for only where the file ends.
  virtual FileResult<std::size_t> read_at(std::uint64_t offset, ByteSpan into) = 0;
  // All of them, making the file longer where need be; after an error, any part of them.
  virtual FileResult<void> write_at(std::uint64_t offset, ByteView bytes) = 0;
  virtual FileResult<std::uint64_t> size() = 0;
  // Cuts off what is behind `size`, or adds zeros up to it.
  virtual FileResult<void> resize(std::uint64_t size) = 0;
  virtual FileResult<void> sync() = 0;
};

// Held until it is destroyed, or its process ends.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class Opening : std::uint8_t {
  kExisting,  // kNotFound where there is none
  kOrNew,     // empty, and its owner's alone (0600), where there is none
};

class Files {
 public:
  virtual ~Files() = default;

  virtual FileResult<std::unique_ptr<File>> open(const std::string& path, Opening opening) = 0;
  // The names in a folder, without "." and "..", sorted.
  virtual FileResult<std::vector<std::string>> list(const std::string& folder) = 0;
  // With those above it that are not there. One that is there is fine.
  virtual FileResult<void> make_folder(const std::string& path) = 0;
  // Takes the place of what `to` was, in one step.
  virtual FileResult<void> rename(const std::string& from, const std::string& to) = 0;
  virtual FileResult<void> remove(const std::string& path) = 0;
  virtual FileResult<void> sync_folder(const std::string& folder) = 0;
  // kInUse where somebody else has it. The file, made where there is none, stays when the lock goes.
  virtual FileResult<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

// Those of the system this runs on.
std::unique_ptr<Files> system_files();

}  // namespace veilwire::host

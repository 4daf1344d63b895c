// A disk in memory: it remembers what was synced and what was not, and fails when it is told to.
// Any number of threads may use the files; what a test does to the disk, it does alone.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "veilwire/host/files.h"

namespace veilwire::host::testing {

class SimulatedDisk final : public Files {
 public:
  enum class Lasts : std::uint8_t { kOnce, kOn };

  explicit SimulatedDisk(std::uint64_t seed = 1) : dice_(seed) {}

  // -- What a test does to it -----------------------------------------------------------------------

  // Calls that change something are counted from 0: writes, resizes, syncs, new files, renames,
  // removals.
  std::size_t changes() const {
    const std::scoped_lock held(lock_);
    return changes_;
  }
  // The change with that number fails. A write that fails has written a part.
  void fail_change(std::size_t number, FileError::Kind kind, Lasts lasts = Lasts::kOnce) {
    fault_ = {number, kind, lasts};
  }
  void repair() { fault_.reset(); }

  // What was not synced is lost, or stays, or stays in part: each write for itself, in pieces of 512
  // bytes; of names that changed, those up to some change stay. Open files are dead after that.
  void pull_plug() {
    ++epoch_;
    locked_.clear();
    const std::size_t kept = name_changes_.empty() ? 0 : dice_() % (name_changes_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) name_changes_[i](synced_names_);
    name_changes_.clear();
    names_ = synced_names_;
    for (const auto& [_, content] : names_) lose_some(*content);
  }
  // Its user was killed: nothing is lost, and open files are dead.
  void kill() {
    ++epoch_;
    locked_.clear();
  }

  void flip_bit(const std::string& path, std::uint64_t offset, unsigned bit = 0) {
    const auto content = names_.at(path);
    for (Bytes* bytes : {&content->seen, &content->synced}) {
      if (offset < bytes->size()) (*bytes)[offset] ^= static_cast<std::uint8_t>(1U << bit);
    }
  }
  void cut(const std::string& path, std::uint64_t size) {
    const auto content = names_.at(path);
    content->seen.resize(size);
    content->synced.resize(std::min<std::size_t>(size, content->synced.size()));
  }
  const Bytes& content(const std::string& path) const { return names_.at(path)->seen; }
  bool has(const std::string& path) const { return names_.contains(path); }

  // -- Files ----------------------------------------------------------------------------------------

  FileResult<std::unique_ptr<File>> open(const std::string& path, Opening opening) override {
    const std::scoped_lock held(lock_);
    if (!names_.contains(path)) {
      if (opening == Opening::kExisting) return not_found(path);
      if (const auto fault = change(path)) return std::unexpected(*fault);
      name_change(
          [path, content = std::make_shared<Content>()](Names& names) { names[path] = content; });
    }
    return std::make_unique<OpenFile>(*this, path, names_.at(path));
  }

  FileResult<std::vector<std::string>> list(const std::string& folder) override {
    const std::scoped_lock held(lock_);
    if (!folders_.contains(folder)) return not_found(folder);
    std::vector<std::string> found;
    for (const auto& [path, _] : names_) {
      const std::string_view rest = behind(folder, path);
      if (!rest.empty() && rest.find('/') == std::string_view::npos) found.emplace_back(rest);
    }
    return found;
  }

  // Folders are there at once and for good: nobody's data depends on when.
  FileResult<void> make_folder(const std::string& path) override {
    const std::scoped_lock held(lock_);
    folders_.insert(path);
    return {};
  }

  FileResult<void> rename(const std::string& from, const std::string& to) override {
    const std::scoped_lock held(lock_);
    if (!names_.contains(from)) return std::unexpected(not_found(from).error());
    if (const auto fault = change(from)) return std::unexpected(*fault);
    name_change([from, to](Names& names) {
      if (!names.contains(from)) return;
      names[to] = names[from];
      names.erase(from);
    });
    return {};
  }

  FileResult<void> remove(const std::string& path) override {
    const std::scoped_lock held(lock_);
    if (!names_.contains(path)) return std::unexpected(not_found(path).error());
    if (const auto fault = change(path)) return std::unexpected(*fault);
    name_change([path](Names& names) { names.erase(path); });
    return {};
  }

  FileResult<void> sync_folder(const std::string& folder) override {
    const std::scoped_lock held(lock_);
    if (const auto fault = change(folder)) return std::unexpected(*fault);
    for (const auto& apply : name_changes_) apply(synced_names_);
    name_changes_.clear();
    return {};
  }

  FileResult<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    const std::scoped_lock held(lock_);
    if (!locked_.insert(path).second) {
      return std::unexpected(FileError{FileError::Kind::kInUse, "'" + path + "' is in use"});
    }
    return std::make_unique<HeldLock>(*this, path);
  }

 private:
  static constexpr std::size_t kSectorBytes = 512;

  struct Write {
    std::uint64_t offset = 0;
    Bytes bytes;
    std::optional<std::uint64_t> resized_to{};  // then it is no write
  };
  struct Content {
    Bytes seen;
    Bytes synced;
    std::vector<Write> since_sync;
  };
  using Names = std::map<std::string, std::shared_ptr<Content>>;

  struct Fault {
    std::size_t change = 0;
    FileError::Kind kind{};
    Lasts lasts{};
  };

  class OpenFile final : public File {
   public:
    OpenFile(SimulatedDisk& disk, std::string path, std::shared_ptr<Content> content)
        : disk_(disk), path_(std::move(path)), content_(std::move(content)), epoch_(disk.epoch_) {}

    FileResult<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override {
      const std::scoped_lock held(disk_.lock_);
      live();
      const Bytes& from = content_->seen;
      if (offset >= from.size()) return 0;
      const std::size_t count = std::min<std::size_t>(into.size(), from.size() - offset);
      std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
      return count;
    }
    FileResult<void> write_at(std::uint64_t offset, ByteView bytes) override {
      const std::scoped_lock held(disk_.lock_);
      live();
      const auto fault = disk_.change(path_);
      if (fault) bytes = bytes.first(disk_.dice_() % (bytes.size() + 1));
      const Write write{offset, Bytes(bytes.begin(), bytes.end())};
      apply(content_->seen, write, bytes.size());
      content_->since_sync.push_back(write);
      if (fault) return std::unexpected(*fault);
      return {};
    }
    FileResult<std::uint64_t> size() override {
      const std::scoped_lock held(disk_.lock_);
      live();
      return content_->seen.size();
    }
    FileResult<void> resize(std::uint64_t size) override {
      const std::scoped_lock held(disk_.lock_);
      live();
      if (const auto fault = disk_.change(path_)) return std::unexpected(*fault);
      content_->seen.resize(size);
      content_->since_sync.push_back({.offset = 0, .bytes = {}, .resized_to = size});
      return {};
    }
    FileResult<void> sync() override {
      const std::scoped_lock held(disk_.lock_);
      live();
      if (const auto fault = disk_.change(path_)) return std::unexpected(*fault);
      content_->synced = content_->seen;
      content_->since_sync.clear();
      return {};
    }

   private:
    void live() const {
      if (epoch_ != disk_.epoch_)
        throw std::logic_error(path_ + " is used after its process ended");
    }

    SimulatedDisk& disk_;
    const std::string path_;
    const std::shared_ptr<Content> content_;
    const std::size_t epoch_;
  };

  class HeldLock final : public FileLock {
   public:
    HeldLock(SimulatedDisk& disk, std::string path)
        : disk_(disk), path_(std::move(path)), epoch_(disk.epoch_) {}
    ~HeldLock() override {
      const std::scoped_lock held(disk_.lock_);
      if (epoch_ == disk_.epoch_) disk_.locked_.erase(path_);
    }

   private:
    SimulatedDisk& disk_;
    const std::string path_;
    const std::size_t epoch_;
  };

  static void apply(Bytes& to, const Write& write, std::size_t count) {
    if (write.resized_to) return to.resize(*write.resized_to);
    if (count == 0) return;
    if (to.size() < write.offset + count) to.resize(write.offset + count);
    std::copy_n(write.bytes.begin(), count, to.begin() + static_cast<std::ptrdiff_t>(write.offset));
  }

  void lose_some(Content& content) {
    for (const Write& write : content.since_sync) {
      switch (dice_() % 3) {
        case 0:
          break;
        case 1:
          apply(content.synced, write, write.bytes.size());
          break;
        default:
          apply_sectors(content.synced, write);
      }
    }
    content.since_sync.clear();
    content.seen = content.synced;
  }
  void apply_sectors(Bytes& to, const Write& write) {
    for (std::size_t begin = 0; begin < write.bytes.size(); begin += kSectorBytes) {
      if (dice_() % 2 == 0) continue;
      const auto from = write.bytes.begin() + static_cast<std::ptrdiff_t>(begin);
      const std::size_t count = std::min(kSectorBytes, write.bytes.size() - begin);
      apply(to, {write.offset + begin, Bytes(from, from + static_cast<std::ptrdiff_t>(count))},
            count);
    }
  }

  void name_change(std::function<void(Names&)> apply) {
    apply(names_);
    name_changes_.push_back(std::move(apply));
  }

  // Counts a change, and says whether it fails.
  std::optional<FileError> change(const std::string& path) {
    const std::size_t number = changes_++;
    if (!fault_) return std::nullopt;
    const bool fails =
        fault_->lasts == Lasts::kOn ? number >= fault_->change : number == fault_->change;
    if (!fails) return std::nullopt;
    return FileError{fault_->kind, "'" + path + "' cannot be written: the disk fails as told"};
  }

  static std::unexpected<FileError> not_found(const std::string& path) {
    return std::unexpected(FileError{FileError::Kind::kNotFound, "'" + path + "' is not there"});
  }
  static std::string_view behind(std::string_view folder, std::string_view path) {
    if (!path.starts_with(folder) || path.size() <= folder.size() || path[folder.size()] != '/') {
      return {};
    }
    return path.substr(folder.size() + 1);
  }

  mutable std::mutex lock_;
  std::mt19937_64 dice_;
  Names names_;
  Names synced_names_;
  std::vector<std::function<void(Names&)>> name_changes_;
  std::set<std::string> folders_;
  std::set<std::string> locked_;
  std::optional<Fault> fault_;
  std::size_t changes_ = 0;
  std::size_t epoch_ = 0;
};

}  // namespace veilwire::host::testing

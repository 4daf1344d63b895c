#include "veilwire/host/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace veilwire::host {

namespace {

constexpr mode_t kOwnersAlone = 0600;

FileError::Kind kind_of(int error) {
  switch (error) {
    case ENOENT:
      return FileError::Kind::kNotFound;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return FileError::Kind::kNoSpace;
    case EWOULDBLOCK:
      return FileError::Kind::kInUse;
    case EIO:
      return FileError::Kind::kDisk;
    default:
      return FileError::Kind::kRefused;
  }
}

std::unexpected<FileError> failed(const std::string& path, const char* deed, int error) {
  return std::unexpected(
      FileError{kind_of(error), "'" + path + "' cannot be " + deed + ": " + std::strerror(error)});
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& from) noexcept : number_(std::exchange(from.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

class SystemFile final : public File {
 public:
  SystemFile(std::string path, Descriptor file) : path_(std::move(path)), file_(std::move(file)) {}

  FileResult<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t count = ::pread(file_.number(), into.data() + done, into.size() - done,
                                    static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return failed(path_, "read", errno);
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

  FileResult<void> write_at(std::uint64_t offset, ByteView bytes) override {
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t count = ::pwrite(file_.number(), bytes.data() + done, bytes.size() - done,
                                     static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return failed(path_, "written", count == 0 ? ENOSPC : errno);
      done += static_cast<std::size_t>(count);
    }
    return {};
  }

  FileResult<std::uint64_t> size() override {
    struct stat facts{};
    if (::fstat(file_.number(), &facts) != 0) return failed(path_, "read", errno);
    return static_cast<std::uint64_t>(facts.st_size);
  }

  FileResult<void> resize(std::uint64_t size) override {
    if (::ftruncate(file_.number(), static_cast<off_t>(size)) != 0) {
      return failed(path_, "resized", errno);
    }
    return {};
  }

  FileResult<void> sync() override {
    if (::fdatasync(file_.number()) != 0) return failed(path_, "written to the disk", errno);
    return {};
  }

 private:
  const std::string path_;
  const Descriptor file_;
};

class SystemLock final : public FileLock {
 public:
  explicit SystemLock(Descriptor file) : file_(std::move(file)) {}

 private:
  const Descriptor file_;  // closing it gives the lock back
};

class SystemFiles final : public Files {
 public:
  FileResult<std::unique_ptr<File>> open(const std::string& path, Opening opening) override {
    auto file = open_descriptor(path, opening == Opening::kOrNew ? O_CREAT : 0);
    if (!file) return std::unexpected(std::move(file.error()));
    return std::make_unique<SystemFile>(path, std::move(*file));
  }

  FileResult<std::vector<std::string>> list(const std::string& folder) override {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entry(folder, error);
    const std::filesystem::directory_iterator end;
    while (!error && entry != end) {
      names.push_back(entry->path().filename().string());
      entry.increment(error);
    }
    if (error) return failed(folder, "listed", error.value());
    std::ranges::sort(names);
    return names;
  }

  FileResult<void> make_folder(const std::string& path) override {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) return failed(path, "made", error.value());
    return {};
  }

  FileResult<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed(from, "renamed", errno);
    return {};
  }

  FileResult<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return failed(path, "removed", errno);
    return {};
  }

  FileResult<void> sync_folder(const std::string& folder) override {
    const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file || ::fsync(file.number()) != 0) return failed(folder, "written to the disk", errno);
    return {};
  }

  FileResult<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    auto file = open_descriptor(path, O_CREAT);
    if (!file) return std::unexpected(std::move(file.error()));
    if (::flock(file->number(), LOCK_EX | LOCK_NB) != 0) return failed(path, "locked", errno);
    return std::make_unique<SystemLock>(std::move(*file));
  }

 private:
  static FileResult<Descriptor> open_descriptor(const std::string& path, int more_flags) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY | more_flags, kOwnersAlone));
    if (!file) return failed(path, "opened", errno);
    return file;
  }
};

}  // namespace

std::unique_ptr<Files> system_files() { return std::make_unique<SystemFiles>(); }

}  // namespace veilwire::host

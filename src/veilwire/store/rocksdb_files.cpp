#include "veilwire/store/rocksdb_files.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace veilwire::store {
namespace {

using host::FileError;
using host::Opening;
using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus status_of(const FileError& error) {
  switch (error.kind) {
    case FileError::Kind::kNotFound:
      return IOStatus::NotFound(error.text);
    case FileError::Kind::kNoSpace:
      return IOStatus::NoSpace(error.text);
    case FileError::Kind::kInUse:
      return IOStatus::Busy(error.text);
    case FileError::Kind::kDisk:
    case FileError::Kind::kRefused:
      break;
  }
  return IOStatus::IOError(error.text);
}

template <typename T>
IOStatus status_of(const host::FileResult<T>& result) {
  return result ? IOStatus::OK() : status_of(result.error());
}

// Bytes that were read lie in `scratch`.
IOStatus read(host::File& file, std::uint64_t offset, std::size_t count, char* scratch,
              Slice* result) {
  const auto done = file.read_at(offset, {reinterpret_cast<std::uint8_t*>(scratch), count});
  *result = Slice(scratch, done.value_or(0));
  return status_of(done);
}

class ReadInTurn final : public rocksdb::FSSequentialFile {
 public:
  explicit ReadInTurn(std::unique_ptr<host::File> file) : file_(std::move(file)) {}

  IOStatus Read(std::size_t count, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) override {
    const IOStatus status = read(*file_, offset_, count, scratch, result);
    offset_ += result->size();
    return status;
  }
  IOStatus Skip(std::uint64_t count) override {
    offset_ += count;
    return IOStatus::OK();
  }

 private:
  const std::unique_ptr<host::File> file_;
  std::uint64_t offset_ = 0;
};

class ReadAnywhere final : public rocksdb::FSRandomAccessFile {
 public:
  explicit ReadAnywhere(std::unique_ptr<host::File> file) : file_(std::move(file)) {}

  IOStatus Read(std::uint64_t offset, std::size_t count, const IOOptions&, Slice* result,
                char* scratch, IODebugContext*) const override {
    return read(*file_, offset, count, scratch, result);
  }

 private:
  const std::unique_ptr<host::File> file_;
};

class Written final : public rocksdb::FSWritableFile {
 public:
  Written(std::unique_ptr<host::File> file, std::uint64_t size)
      : file_(std::move(file)), size_(size) {}

  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(data.data());
    const auto written = file_->write_at(size_, {bytes, data.size()});
    if (written) size_ += data.size();
    return status_of(written);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
    const auto resized = file_->resize(size);
    if (resized) size_ = size;
    return status_of(resized);
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return status_of(file_->sync()); }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return size_; }

 private:
  const std::unique_ptr<host::File> file_;
  std::uint64_t size_;
};

class Folder final : public rocksdb::FSDirectory {
 public:
  Folder(host::Files& files, std::string path) : files_(files), path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return status_of(files_.sync_folder(path_));
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  host::Files& files_;
  const std::string path_;
};

class HeldLock final : public rocksdb::FileLock {
 public:
  explicit HeldLock(std::unique_ptr<host::FileLock> lock) : lock_(std::move(lock)) {}

 private:
  const std::unique_ptr<host::FileLock> lock_;
};

class FileSystem final : public RocksdbFiles {
 public:
  explicit FileSystem(host::Files& files) : files_(files) {}

  const char* Name() const override { return "veilwire::host::Files"; }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext*) override {
    return open_to_read<ReadInTurn>(path, result);
  }
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                               IODebugContext*) override {
    return open_to_read<ReadAnywhere>(path, result);
  }
  IOStatus NewWritableFile(const std::string& path, const FileOptions&,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext*) override {
    auto file = files_.open(path, Opening::kOrNew);
    if (!file) return status_of(file);
    if (const auto emptied = (*file)->resize(0); !emptied) return status_of(emptied);
    *result = std::make_unique<Written>(std::move(*file), 0);
    return IOStatus::OK();
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions&,
                              std::unique_ptr<rocksdb::FSWritableFile>* result,
                              IODebugContext*) override {
    auto file = files_.open(path, Opening::kOrNew);
    if (!file) return status_of(file);
    const auto size = (*file)->size();
    if (!size) return status_of(size);
    *result = std::make_unique<Written>(std::move(*file), *size);
    return IOStatus::OK();
  }

  IOStatus NewDirectory(const std::string& path, const IOOptions&,
                        std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext*) override {
    *result = std::make_unique<Folder>(files_, folder_name(path));
    return IOStatus::OK();
  }
  IOStatus CreateDir(const std::string& path, const IOOptions&, IODebugContext*) override {
    return status_of(files_.make_folder(folder_name(path)));
  }
  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions& options,
                              IODebugContext* context) override {
    return CreateDir(path, options, context);
  }
  IOStatus DeleteDir(const std::string&, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported("folders stay");
  }
  IOStatus GetChildren(const std::string& path, const IOOptions&, std::vector<std::string>* result,
                       IODebugContext*) override {
    auto names = files_.list(folder_name(path));
    if (names) *result = std::move(*names);
    return status_of(names);
  }
  IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* is_folder,
                       IODebugContext*) override {
    *is_folder = files_.list(folder_name(path)).has_value();
    return IOStatus::OK();
  }

  IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override {
    if (files_.list(folder_name(path))) return IOStatus::OK();
    return status_of(files_.open(path, Opening::kExisting));
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size,
                       IODebugContext*) override {
    const auto file = files_.open(path, Opening::kExisting);
    if (!file) return status_of(file);
    const auto found = (*file)->size();
    *size = found.value_or(0);
    return status_of(found);
  }
  // Nothing depends on it: files are named by numbers.
  IOStatus GetFileModificationTime(const std::string&, const IOOptions&, std::uint64_t* time,
                                   IODebugContext*) override {
    *time = 0;
    return IOStatus::OK();
  }

  void settle_taken_file() override {
    const std::scoped_lock held(lock_);
    taken_file_.clear();
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override {
    if (const std::scoped_lock held(lock_); path == taken_file_) return IOStatus::OK();
    return status_of(files_.remove(path));
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                      IODebugContext*) override {
    return status_of(files_.rename(from, to));
  }
  // A file that is taken over is linked, and its old name removed: here that is one step.
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions&,
                    IODebugContext*) override {
    const auto renamed = files_.rename(from, to);
    const std::scoped_lock held(lock_);
    if (renamed) taken_file_ = to;
    return status_of(renamed);
  }

  IOStatus LockFile(const std::string& path, const IOOptions&, rocksdb::FileLock** lock,
                    IODebugContext*) override {
    auto held = files_.lock(path);
    *lock = held ? new HeldLock(std::move(*held)) : nullptr;
    return status_of(held);
  }
  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override {
    delete lock;
    return IOStatus::OK();
  }

  IOStatus GetAbsolutePath(const std::string& path, const IOOptions&, std::string* result,
                           IODebugContext*) override {
    *result = path;
    return IOStatus::OK();
  }
  IOStatus GetTestDirectory(const IOOptions&, std::string*, IODebugContext*) override {
    return IOStatus::NotSupported("there is none");
  }

 private:
  template <typename Reading, typename Result>
  IOStatus open_to_read(const std::string& path, std::unique_ptr<Result>* result) {
    auto file = files_.open(path, Opening::kExisting);
    if (file) *result = std::make_unique<Reading>(std::move(*file));
    return status_of(file);
  }
  static std::string folder_name(const std::string& path) {
    return path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
  }

  host::Files& files_;
  std::mutex lock_;
  std::string taken_file_;
};

}  // namespace

std::shared_ptr<RocksdbFiles> rocksdb_files(host::Files& files) {
  return std::make_shared<FileSystem>(files);
}

}  // namespace veilwire::store

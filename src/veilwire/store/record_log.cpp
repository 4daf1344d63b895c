#include "veilwire/store/record_log.h"

#include <algorithm>
#include <filesystem>

#include "veilwire/base/endian.h"
#include "veilwire/store/crc32c.h"

namespace veilwire::store {

namespace {

constexpr std::size_t kFileHeadBytes = 8;
constexpr std::size_t kRecordHeadBytes = 8;
// Read at a time; holds at least one record.
constexpr std::size_t kWindowBytes = 2 * kMaxRecordBytes;

std::uint32_t checksum_of(std::uint32_t size, ByteView content) {
  std::array<std::uint8_t, 4> size_bytes;
  store_le(size_bytes.data(), size);
  return crc32c(content, crc32c(size_bytes));
}

// The content of the record at the front, or nothing where there is none that is whole.
std::optional<ByteView> front_record(ByteView bytes) {
  if (bytes.size() < kRecordHeadBytes) return std::nullopt;
  const auto size = load_le<std::uint32_t>(bytes.data());
  if (size > kMaxRecordBytes || size > bytes.size() - kRecordHeadBytes) return std::nullopt;
  const ByteView content = bytes.subspan(kRecordHeadBytes, size);
  const auto checksum = load_le<std::uint32_t>(bytes.data() + 4);
  if (checksum_of(size, content) != checksum) return std::nullopt;
  return content;
}

// A file a window at a time.
class Window {
 public:
  Window(host::File& file, std::uint64_t offset) : file_(file), next_(offset) {}

  ByteView bytes() const { return ByteView(bytes_).subspan(begin_, end_ - begin_); }
  void take(std::size_t count) { begin_ += count; }
  bool is_at_end() const { return is_at_end_; }

  host::FileResult<void> refill() {
    std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_),
              bytes_.begin() + static_cast<std::ptrdiff_t>(end_), bytes_.begin());
    end_ -= begin_;
    begin_ = 0;
    const auto count = file_.read_at(next_, ByteSpan(bytes_).subspan(end_));
    if (!count) return std::unexpected(count.error());
    end_ += *count;
    next_ += *count;
    is_at_end_ = end_ < bytes_.size();
    return {};
  }

 private:
  host::File& file_;
  std::uint64_t next_;
  Bytes bytes_ = Bytes(kWindowBytes);
  std::size_t begin_ = 0;  // of what is there and not taken
  std::size_t end_ = 0;
  bool is_at_end_ = false;
};

}  // namespace

std::expected<RecordLog, LogError> RecordLog::open(host::Files& files, const std::string& path,
                                                   const LogFormat& format,
                                                   const std::function<bool(ByteView)>& take) {
  auto file = files.open(path, host::Opening::kOrNew);
  if (!file) return std::unexpected(LogError::of(file.error()));
  RecordLog log(files, path, format, std::move(*file));
  if (auto begun = log.begin(); !begun) return std::unexpected(begun.error());
  if (auto read = log.read_all(take); !read) return std::unexpected(read.error());
  // Where it cannot be removed it is in nobody's way.
  static_cast<void>(files.remove(log.path_beside()));
  return log;
}

// A head that is not whole is one of a log that never had a record.
std::expected<void, LogError> RecordLog::begin() {
  std::array<std::uint8_t, kFileHeadBytes> head;
  const auto count = file_->read_at(0, head);
  if (!count) return std::unexpected(LogError::of(count.error()));
  if (*count < head.size() || std::ranges::all_of(head, [](auto byte) { return byte == 0; })) {
    if (const auto written = write_head(); !written) {
      return std::unexpected(LogError::of(written.error()));
    }
    return {};
  }
  end_ = kFileHeadBytes;
  if (!std::equal(format_.mark.begin(), format_.mark.end(), head.begin())) {
    return std::unexpected(LogError{LogError::Kind::kForeign, "'" + path_ + "' is another file"});
  }
  const auto version = load_le<std::uint32_t>(head.data() + 4);
  if (version == format_.version) return {};
  return std::unexpected(LogError{
      LogError::Kind::kForeign, "'" + path_ + "' has version " + std::to_string(version) +
                                    ", and this program knows " + std::to_string(format_.version) +
                                    ": use the program that wrote it, or a later one"});
}

host::FileResult<void> RecordLog::write_head() {
  std::array<std::uint8_t, kFileHeadBytes> head;
  std::ranges::copy(format_.mark, head.begin());
  store_le(head.data() + 4, format_.version);
  if (auto written = file_->write_at(0, head); !written) return written;
  end_ = kFileHeadBytes;
  return {};
}

std::expected<void, LogError> RecordLog::read_all(const std::function<bool(ByteView)>& take) {
  Window window(*file_, end_);
  for (;;) {
    auto content = front_record(window.bytes());
    if (!content && !window.is_at_end()) {
      if (const auto filled = window.refill(); !filled) {
        return std::unexpected(LogError::of(filled.error()));
      }
      continue;
    }
    if (!content || !take(*content)) break;
    end_ += kRecordHeadBytes + content->size();
    ++found_.records;
    window.take(kRecordHeadBytes + content->size());
  }
  const auto size = file_->size();
  if (!size) return std::unexpected(LogError::of(size.error()));
  if (*size == end_) return {};
  found_.cut_bytes = *size - end_;
  if (const auto cut = file_->resize(end_); !cut) return std::unexpected(LogError::of(cut.error()));
  return {};
}

host::FileResult<void> RecordLog::add(ByteView content) {
  const auto size = static_cast<std::uint32_t>(content.size());
  scratch_.resize(kRecordHeadBytes);
  store_le(scratch_.data(), size);
  store_le(scratch_.data() + 4, checksum_of(size, content));
  scratch_.insert(scratch_.end(), content.begin(), content.end());
  if (auto written = file_->write_at(end_, scratch_); !written) return written;
  end_ += scratch_.size();
  return {};
}

host::FileResult<void> RecordLog::sync() {
  if (sync_failure_) return std::unexpected(*sync_failure_);
  if (auto synced = file_->sync(); !synced) {
    sync_failure_ = synced.error();
    return synced;
  }
  return sync_name();
}

// Once is enough for a name.
host::FileResult<void> RecordLog::sync_name() {
  if (name_is_synced_) return {};
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  const auto synced = files_->sync_folder(folder.empty() ? "." : folder.string());
  name_is_synced_ = synced.has_value();
  return synced;
}

// -- Another in its place ---------------------------------------------------------------------------

host::FileResult<void> RecordLog::replace(const Fill& fill) {
  auto other = filled_beside(fill);
  const auto renamed =
      other ? other->rename_over(*this) : host::FileResult<void>(std::unexpected(other.error()));
  // Its room is wanted back; where it cannot be had, the next start tries again.
  if (!renamed) static_cast<void>(files_->remove(path_beside()));
  return renamed;
}

// Synced, for a name must not come to stand for less than it did.
host::FileResult<RecordLog> RecordLog::filled_beside(const Fill& fill) const {
  auto file = files_->open(path_beside(), host::Opening::kOrNew);
  if (!file) return std::unexpected(file.error());
  RecordLog other(*files_, path_beside(), format_, std::move(*file));
  if (const auto cut = other.file_->resize(0); !cut) return std::unexpected(cut.error());
  if (const auto begun = other.write_head(); !begun) return std::unexpected(begun.error());
  if (const auto filled = fill(other); !filled) return std::unexpected(filled.error());
  if (const auto synced = other.file_->sync(); !synced) return std::unexpected(synced.error());
  return other;
}

host::FileResult<void> RecordLog::rename_over(RecordLog& replaced) {
  if (auto renamed = files_->rename(path_, replaced.path_); !renamed) return renamed;
  found_ = replaced.found_;
  path_ = replaced.path_;
  // The file again, by the name that its errors are to tell.
  if (auto file = files_->open(path_, host::Opening::kExisting)) file_ = std::move(*file);
  replaced = std::move(*this);
  // From here on it is the log. A folder that cannot be synced now is in the next sync() again, and
  // until that has succeeded, the log that comes back may be the old one: it has all that was synced.
  static_cast<void>(replaced.sync_name());
  return {};
}

}  // namespace veilwire::store

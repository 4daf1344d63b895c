#include "veilwire/store/record_log.h"

#include <algorithm>
#include <boost/crc.hpp>

#include "veilwire/base/endian.h"

namespace veilwire::store {

namespace {

constexpr std::size_t kFileHeadBytes = 8;
constexpr std::size_t kRecordHeadBytes = 8;
// Read at a time; holds at least one record.
constexpr std::size_t kWindowBytes = 4 * kMaxRecordBytes;

std::uint32_t checksum_of(std::uint32_t size, ByteView content) {
  boost::crc_optimal<32, 0x1edc6f41, 0xffffffff, 0xffffffff, true, true> crc;
  std::array<std::uint8_t, 4> size_bytes;
  store_le(size_bytes.data(), size);
  crc.process_bytes(size_bytes.data(), size_bytes.size());
  crc.process_bytes(content.data(), content.size());
  return crc.checksum();
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

  ByteView bytes() const { return ByteView(bytes_).subspan(taken_); }
  void take(std::size_t count) { taken_ += count; }
  bool is_at_end() const { return is_at_end_; }

  host::FileResult<void> refill() {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
    const std::size_t held = bytes_.size();
    bytes_.resize(kWindowBytes);
    const auto count = file_.read_at(next_, ByteSpan(bytes_).subspan(held));
    if (!count) return std::unexpected(count.error());
    bytes_.resize(held + *count);
    next_ += *count;
    is_at_end_ = bytes_.size() < kWindowBytes;
    return {};
  }

 private:
  host::File& file_;
  std::uint64_t next_;
  Bytes bytes_;
  std::size_t taken_ = 0;
  bool is_at_end_ = false;
};

}  // namespace

std::expected<RecordLog, LogError> RecordLog::open(host::Files& files, const std::string& path,
                                                   const LogFormat& format,
                                                   const std::function<bool(ByteView)>& take) {
  auto file = files.open(path, host::Opening::kOrNew);
  if (!file) return std::unexpected(LogError::of(file.error()));
  RecordLog log(std::move(*file));
  if (auto begun = log.begin(path, format); !begun) return std::unexpected(begun.error());
  if (auto read = log.read_all(take); !read) return std::unexpected(read.error());
  return log;
}

// A head that is not whole is one of a log that never had a record.
std::expected<void, LogError> RecordLog::begin(const std::string& path, const LogFormat& format) {
  std::array<std::uint8_t, kFileHeadBytes> head;
  const auto count = file_->read_at(0, head);
  if (!count) return std::unexpected(LogError::of(count.error()));
  end_ = kFileHeadBytes;
  if (*count == head.size() && !std::ranges::all_of(head, [](auto byte) { return byte == 0; })) {
    if (!std::equal(format.mark.begin(), format.mark.end(), head.begin())) {
      return std::unexpected(LogError{LogError::Kind::kForeign, "'" + path + "' is another file"});
    }
    const auto version = load_le<std::uint32_t>(head.data() + 4);
    if (version == format.version) return {};
    return std::unexpected(LogError{
        LogError::Kind::kForeign, "'" + path + "' has version " + std::to_string(version) +
                                      ", and this program knows " + std::to_string(format.version) +
                                      ": use the program that wrote it, or a later one"});
  }
  std::ranges::copy(format.mark, head.begin());
  store_le(head.data() + 4, format.version);
  const auto written = file_->write_at(0, head);
  if (!written) return std::unexpected(LogError::of(written.error()));
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

}  // namespace veilwire::store

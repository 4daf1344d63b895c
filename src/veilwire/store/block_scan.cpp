#include "veilwire/store/block_scan.h"

#include <algorithm>
#include <charconv>

#include "veilwire/base/endian.h"

namespace veilwire::store {

namespace {

constexpr std::size_t kHeadBytes = 8;
constexpr std::size_t kHeaderBytes = wire::BlockHeader::kBytes;
constexpr std::size_t kSearchedAtOnce = 1 << 16;

// Of "blk00012.dat".
std::optional<std::uint32_t> number_of(std::string_view name) {
  if (!name.starts_with("blk") || !name.ends_with(".dat")) return std::nullopt;
  name = name.substr(3, name.size() - 7);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.begin(), name.end(), number);
  if (error != std::errc() || end != name.end()) return std::nullopt;
  return number;
}

}  // namespace

StoreResult<BlockScan> BlockScan::open(host::Files& files, const std::string& folder,
                                       const protocol::Magic& magic) {
  BlockScan scan(files, folder, magic);
  if (const auto read = scan.read_key(); !read) return std::unexpected(read.error());
  return scan;
}

StoreResult<void> BlockScan::read_key() {
  const std::string path = folder_ + "/xor.dat";
  const auto file = files_.open(path, host::Opening::kExisting);
  if (!file && file.error().kind == host::FileError::Kind::kNotFound) return {};
  if (!file) return failed(file.error());
  const auto count = (*file)->read_at(0, key_);
  if (!count) return failed(count.error());
  if (*count == key_.size()) return {};
  return std::unexpected(
      StoreError{StoreError::Kind::kDamaged, "'" + path + "' has fewer than 8 bytes"});
}

StoreResult<void> BlockScan::find_all(const Visitor& visitor) {
  const auto names = files_.list(folder_);
  if (!names) return failed(names.error());
  for (const std::string& name : *names) {
    const auto number = number_of(name);
    if (!number || block_file_path(folder_, *number) != folder_ + "/" + name) continue;
    if (const auto opened = open_file(*number); !opened) return opened;
    if (const auto found = find_in_file(visitor); !found) return found;
  }
  return {};
}

StoreResult<void> BlockScan::open_file(std::uint32_t number) {
  if (file_ && number_ == number) return {};
  auto file = files_.open(block_file_path(folder_, number), host::Opening::kExisting);
  if (!file) return failed(file.error());
  const auto size = (*file)->size();
  if (!size) return failed(size.error());
  file_ = std::move(*file);
  window_.clear();
  number_ = number;
  size_ = *size;
  return {};
}

StoreResult<void> BlockScan::find_in_file(const Visitor& visitor) {
  std::array<std::uint8_t, kHeadBytes + kHeaderBytes> head;
  std::uint64_t at = 0;
  for (;;) {
    const auto begin = next_magic(at);
    if (!begin) return std::unexpected(begin.error());
    const auto count = read_at(*begin, head);
    if (!count) return std::unexpected(count.error());
    if (*count < head.size()) return {};
    const auto bytes = load_le<std::uint32_t>(head.data() + magic_.size());
    const std::uint64_t end = *begin + kHeadBytes + bytes;
    at = *begin + 1;  // the magic may stand in the middle of something
    if (bytes <= kHeaderBytes || bytes > kMaxStoredBlockBytes || end > size_ || end > UINT32_MAX) {
      continue;
    }
    wire::Reader reader(ByteView(head).subspan(kHeadBytes));
    visitor(wire::BlockHeader::read(reader),
            {number_, static_cast<std::uint32_t>(*begin + kHeadBytes), bytes});
    at = end;
  }
}

// Mostly it is right here, and nothing else is read; where it is not, all that was read is searched
// before more is.
StoreResult<std::uint64_t> BlockScan::next_magic(std::uint64_t from) {
  std::size_t bytes = magic_.size();
  for (std::uint64_t at = from; at < size_;) {
    const bool is_in_window = at >= window_at_ && at + magic_.size() <= window_at_ + window_.size();
    if (!is_in_window) {
      if (const auto looked = look_at(at, bytes); !looked) return std::unexpected(looked.error());
      bytes = kSearchedAtOnce;
      if (window_.size() < magic_.size()) return size_;
    }
    const auto skipped = static_cast<std::ptrdiff_t>(at - window_at_);
    const auto found =
        std::search(window_.begin() + skipped, window_.end(), magic_.begin(), magic_.end());
    if (found != window_.end()) {
      return window_at_ + static_cast<std::uint64_t>(found - window_.begin());
    }
    at = window_at_ + window_.size() - (magic_.size() - 1);
  }
  return size_;
}

StoreResult<void> BlockScan::look_at(std::uint64_t offset, std::size_t bytes) {
  window_.resize(bytes);
  window_at_ = offset;
  const auto count = read_at(offset, window_);
  window_.resize(count.value_or(0));
  if (!count) return std::unexpected(count.error());
  return {};
}

StoreResult<Bytes> BlockScan::read(const Place& place) {
  if (const auto opened = open_file(place.file); !opened) return std::unexpected(opened.error());
  Bytes bytes(place.bytes);
  const auto count = read_at(place.offset, bytes);
  if (!count) return std::unexpected(count.error());
  if (*count == bytes.size()) return bytes;
  return std::unexpected(StoreError{
      StoreError::Kind::kDamaged, "'" + block_file_path(folder_, place.file) + "' became shorter"});
}

StoreResult<std::size_t> BlockScan::read_at(std::uint64_t offset, ByteSpan into) {
  const auto count = file_->read_at(offset, into);
  if (!count) return failed(count.error());
  for (std::size_t i = 0; i < *count; ++i) into[i] ^= key_[(offset + i) % key_.size()];
  return *count;
}

}  // namespace veilwire::store

#include "veilwire/store/block_files.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/sha256_stream.h"

namespace veilwire::store {

namespace {

constexpr std::uint32_t kHeadBytes = 8;
constexpr std::uint32_t kChecksumBytes = sizeof(Hash256);
// Files that stay open for reading; more than a synchronisation touches at a time.
constexpr std::size_t kMaxOpenFiles = 16;

Hash256 undo_checksum(ByteView undo, const Hash256& previous) {
  return crypto::Sha256Stream().add(previous).add(undo).finish_double();
}

std::string file_path(const std::string& folder, const char* prefix, std::uint32_t number) {
  std::array<char, 24> name;
  std::snprintf(name.data(), name.size(), "%s%05u.dat", prefix, number);
  return folder + "/" + name.data();
}

}  // namespace

std::string block_file_path(const std::string& folder, std::uint32_t number) {
  return file_path(folder, "blk", number);
}

void BlockFiles::know_block(const Place& place) { know(blocks_, place, 0); }
void BlockFiles::know_undo(const Place& place) { know(undos_, place, kChecksumBytes); }

void BlockFiles::know(Kind& kind, const Place& place, std::uint32_t tail) {
  std::uint64_t& end = kind.ends[place.file];
  end = std::max(end, std::uint64_t{place.offset} + place.bytes + tail);
}

StoreResult<Place> BlockFiles::add_block(ByteView block) {
  std::uint32_t number = 0;
  if (!blocks_.ends.empty()) {
    const auto& [last, end] = *blocks_.ends.rbegin();
    number = end + kHeadBytes + block.size() > kMaxBlockFileBytes ? last + 1 : last;
  }
  return add(blocks_, number, block, {});
}

StoreResult<Place> BlockFiles::add_undo(std::uint32_t file, ByteView undo,
                                        const Hash256& previous) {
  return add(undos_, file, undo, undo_checksum(undo, previous));
}

StoreResult<Place> BlockFiles::add(Kind& kind, std::uint32_t number, ByteView content,
                                   ByteView tail) {
  const auto file = file_of(kind, number, host::Opening::kOrNew);
  if (!file) return std::unexpected(file.error());
  const auto end = kind.ends.find(number);
  const std::uint64_t begin = end == kind.ends.end() ? 0 : end->second;
  const Place place{number, static_cast<std::uint32_t>(begin + kHeadBytes),
                    static_cast<std::uint32_t>(content.size())};
  if (begin + kHeadBytes + content.size() + tail.size() > UINT32_MAX) {
    return std::unexpected(StoreError{StoreError::Kind::kUnavailable,
                                      "'" + path_of(kind, number) + "' would be over 4 GiB"});
  }
  Bytes whole(kHeadBytes);
  whole.reserve(kHeadBytes + content.size() + tail.size());
  std::ranges::copy(magic_, whole.begin());
  store_le(whole.data() + magic_.size(), place.bytes);
  whole.insert(whole.end(), content.begin(), content.end());
  whole.insert(whole.end(), tail.begin(), tail.end());
  if (const auto written = (*file)->write_at(begin, whole); !written) {
    return failed(written.error());
  }
  kind.ends[number] = begin + whole.size();
  kind.unsynced.insert(number);
  return place;
}

StoreResult<Bytes> BlockFiles::read_block(const Place& place) {
  if (place.bytes > kMaxStoredBlockBytes) {
    return std::unexpected(damaged(blocks_, place, "is too long for a block"));
  }
  return read(blocks_, place, 0);
}

StoreResult<Bytes> BlockFiles::read_undo(const Place& place, const Hash256& previous) {
  if (place.bytes > kMaxStoredUndoBytes) {
    return std::unexpected(damaged(undos_, place, "is too long to undo a block"));
  }
  auto bytes = read(undos_, place, kChecksumBytes);
  if (!bytes) return bytes;
  const auto content = ByteView(*bytes).first(place.bytes);
  if (!std::ranges::equal(undo_checksum(content, previous),
                          ByteView(*bytes).subspan(place.bytes))) {
    return std::unexpected(damaged(undos_, place, "does not have its checksum"));
  }
  bytes->resize(place.bytes);
  return bytes;
}

// The content with its tail.
StoreResult<Bytes> BlockFiles::read(Kind& kind, const Place& place, std::uint32_t tail) {
  if (place.offset < kHeadBytes) return std::unexpected(damaged(kind, place, "has no head"));
  const auto file = file_of(kind, place.file, host::Opening::kExisting);
  if (!file) return std::unexpected(file.error());
  if (!reaches(kind, {place.file, place.offset, place.bytes + tail})) {
    return std::unexpected(damaged(kind, place, "ends before its end"));
  }
  Bytes bytes(kHeadBytes + place.bytes + tail);
  const auto count = (*file)->read_at(place.offset - kHeadBytes, bytes);
  if (!count) return failed(count.error());
  const bool has_head = *count == bytes.size() &&
                        std::equal(magic_.begin(), magic_.end(), bytes.begin()) &&
                        load_le<std::uint32_t>(bytes.data() + magic_.size()) == place.bytes;
  if (!has_head) return std::unexpected(damaged(kind, place, "does not begin as it should"));
  bytes.erase(bytes.begin(), bytes.begin() + kHeadBytes);
  return bytes;
}

bool BlockFiles::reaches(Kind& kind, const Place& place) {
  const auto file = file_of(kind, place.file, host::Opening::kExisting);
  if (!file) return false;
  const auto size = (*file)->size();
  return size && *size >= std::uint64_t{place.offset} + place.bytes;
}

StoreResult<void> BlockFiles::sync() {
  if (sync_failure_) return std::unexpected(*sync_failure_);
  const auto synced = sync_all();
  if (!synced) sync_failure_ = synced.error();
  return synced;
}

StoreResult<void> BlockFiles::sync_all() {
  for (Kind* kind : {&blocks_, &undos_}) {
    while (!kind->unsynced.empty()) {
      const auto number = kind->unsynced.begin();
      const auto file = file_of(*kind, *number, host::Opening::kExisting);
      if (!file) return std::unexpected(file.error());
      if (const auto synced = (*file)->sync(); !synced) return failed(synced.error());
      kind->unsynced.erase(number);
    }
  }
  if (!has_new_names_) return {};
  if (const auto synced = files_.sync_folder(folder_); !synced) return failed(synced.error());
  has_new_names_ = false;
  return {};
}

StoreResult<host::File*> BlockFiles::file_of(Kind& kind, std::uint32_t number,
                                             host::Opening opening) {
  const auto known = kind.open.find(number);
  if (known != kind.open.end()) return known->second.get();
  auto file = files_.open(path_of(kind, number), opening);
  if (!file) return failed(file.error());
  if (opening == host::Opening::kOrNew) has_new_names_ = true;
  if (kind.open.size() >= kMaxOpenFiles) kind.open.erase(kind.open.begin());
  return kind.open.emplace(number, std::move(*file)).first->second.get();
}

std::string BlockFiles::path_of(const Kind& kind, std::uint32_t number) const {
  return file_path(folder_, kind.prefix, number);
}

StoreError BlockFiles::damaged(const Kind& kind, const Place& place, const char* how) const {
  return {.kind = StoreError::Kind::kDamaged,
          .text = "'" + path_of(kind, place.file) + "' is damaged: what lies at byte " +
                  std::to_string(place.offset) + " " + how};
}

}  // namespace veilwire::store

#include "veilwire/store/chain_log.h"

#include <algorithm>

#include "veilwire/chain/header_hashes.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::store {

namespace {

using chain::NodeIndex;
using chain::StoredStanding;
using wire::Reader;
using wire::Writer;

constexpr LogFormat kFormat{{'v', 'w', 'c', 'h'}, 1};

enum class Kind : std::uint8_t { kNetwork, kHeader, kBlock, kTip };

// Headers are hashed and put into the tree so many at a time.
constexpr std::size_t kHashedTogether = 2000;

constexpr std::uint8_t kDataMask = 3;
constexpr std::uint8_t kFailed = 4;

Writer begin(Kind kind, Bytes& out) {
  Writer writer(out);
  writer.u8(static_cast<std::uint8_t>(kind));
  return writer;
}

void write(Writer& writer, const std::optional<Place>& place) {
  const Place written = place.value_or(Place{});
  writer.u32(written.file);
  writer.u32(written.offset);
  writer.u32(written.bytes);
}

std::optional<Place> read_place(Reader& reader) {
  Place place;
  place.file = reader.u32();
  place.offset = reader.u32();
  place.bytes = reader.u32();
  return place.bytes == 0 ? std::nullopt : std::optional(place);
}

void write(Writer& writer, const StoredStanding& standing) {
  const auto data = static_cast<std::uint8_t>(standing.data);
  writer.u8(static_cast<std::uint8_t>(data | (standing.has_failed ? kFailed : 0)));
  writer.u32(standing.sequence);
}

StoredStanding read_standing(Reader& reader) {
  StoredStanding standing;
  const std::uint8_t bits = reader.u8();
  standing.data = static_cast<StoredStanding::Data>(std::min<std::uint8_t>(
      bits & kDataMask, static_cast<std::uint8_t>(StoredStanding::Data::kConnected)));
  standing.has_failed = (bits & kFailed) != 0;
  standing.sequence = reader.u32();
  return standing;
}

// What a log says, before it is put into a tree: the last word on a block may come long after its
// header.
struct Told {
  std::optional<protocol::Magic> magic{};
  std::vector<wire::BlockHeader> headers{};  // the first is the genesis block's child
  std::vector<StoredStanding> standings{StoredStanding{}};  // by index
  std::vector<BlockPlaces> places{BlockPlaces{}};
  std::uint32_t tip = 0;

  bool knows(std::uint32_t index) const { return index < standings.size(); }

  // False where the record makes no sense here.
  bool take(ByteView record) {
    Reader reader(record);
    const std::uint8_t kind = reader.u8();
    if (!reader.ok() || (kind == 0) != !magic) return false;
    switch (static_cast<Kind>(kind)) {
      case Kind::kNetwork:
        return take_network(reader);
      case Kind::kHeader:
        return take_header(reader);
      case Kind::kBlock:
        return take_block(reader);
      case Kind::kTip:
        return take_tip(reader);
    }
    return false;
  }

  static bool is_whole(const Reader& reader) { return reader.ok() && reader.left() == 0; }

  bool take_network(Reader& reader) {
    const auto told = reader.array<sizeof(protocol::Magic)>();
    if (is_whole(reader)) magic = told;
    return is_whole(reader);
  }
  bool take_header(Reader& reader) {
    const auto header = wire::BlockHeader::read(reader);
    if (!is_whole(reader)) return false;
    headers.push_back(header);
    standings.emplace_back();
    places.emplace_back();
    return true;
  }
  bool take_tip(Reader& reader) {
    const std::uint32_t index = reader.u32();
    if (!is_whole(reader) || !knows(index)) return false;
    tip = index;
    return true;
  }
  bool take_block(Reader& reader) {
    const std::uint32_t index = reader.u32();
    const StoredStanding standing = read_standing(reader);
    const BlockPlaces where{read_place(reader), read_place(reader)};
    if (!is_whole(reader) || !knows(index)) return false;
    standings[index] = standing;
    places[index] = where;
    return true;
  }

  bool restore(chain::HeaderTree& tree) const {
    for (std::size_t first = 0; first < headers.size(); first += kHashedTogether) {
      const std::size_t count = std::min(kHashedTogether, headers.size() - first);
      const auto together = chain::hashed(std::span(headers).subspan(first, count));
      for (std::size_t i = 0; i < count; ++i) {
        const auto index = tree.restore(together[i], standings[first + i + 1]);
        if (!index || index->value() != first + i + 1) return false;
      }
    }
    return true;
  }
};

}  // namespace

std::expected<ChainLog, LogError> ChainLog::open(host::Files& files, const std::string& path,
                                                 chain::HeaderTree& tree) {
  Told told;
  auto log =
      RecordLog::open(files, path, kFormat, [&told](ByteView record) { return told.take(record); });
  if (!log) return std::unexpected(log.error());
  const protocol::Magic& magic = tree.network().magic;
  if (told.magic && *told.magic != magic) {
    return std::unexpected(
        LogError{LogError::Kind::kForeign, "'" + path + "' is of another network"});
  }
  if (!told.restore(tree)) {
    return std::unexpected(
        LogError{LogError::Kind::kForeign, "'" + path + "' has headers that do not fit together"});
  }
  ChainLog opened(std::move(*log));
  opened.kept_headers_ = static_cast<std::uint32_t>(told.standings.size());
  opened.tip_ = NodeIndex::of(told.tip);
  opened.places_ = std::move(told.places);
  if (told.magic) return opened;
  Bytes record;
  begin(Kind::kNetwork, record).bytes(magic);
  const auto added = opened.log_.add(record);
  if (!added) return std::unexpected(LogError::of(added.error()));
  return opened;
}

BlockPlaces ChainLog::places(NodeIndex index) const {
  return index.value() < places_.size() ? places_[index.value()] : BlockPlaces{};
}

host::FileResult<void> ChainLog::keep_headers(const chain::HeaderTree& tree) {
  for (; kept_headers_ < tree.nodes().size(); ++kept_headers_) {
    Bytes record;
    Writer writer = begin(Kind::kHeader, record);
    tree.nodes().header(NodeIndex::of(kept_headers_)).write(writer);
    if (const auto added = log_.add(record); !added) return added;
  }
  return {};
}

host::FileResult<void> ChainLog::keep_block(const chain::HeaderTree& tree, NodeIndex index,
                                            const BlockPlaces& places) {
  if (const auto kept = keep_headers(tree); !kept) return kept;
  Bytes record;
  Writer writer = begin(Kind::kBlock, record);
  writer.u32(index.value());
  write(writer, tree.standing(index));
  write(writer, places.block);
  write(writer, places.undo);
  if (const auto added = log_.add(record); !added) return added;
  if (places_.size() <= index.value()) places_.resize(index.value() + 1);
  places_[index.value()] = places;
  return {};
}

host::FileResult<void> ChainLog::keep_tip(const chain::HeaderTree& tree, NodeIndex index) {
  if (const auto kept = keep_headers(tree); !kept) return kept;
  Bytes record;
  begin(Kind::kTip, record).u32(index.value());
  if (const auto added = log_.add(record); !added) return added;
  tip_ = index;
  return {};
}

}  // namespace veilwire::store

#include "veilwire/store/chain_records.h"

#include <algorithm>

#include "veilwire/chain/header_hashes.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::store {

namespace {

using chain::NodeIndex;
using chain::StoredStanding;
using wire::BlockHeader;
using wire::Reader;
using wire::Writer;

enum class Kind : std::uint8_t { kNetwork, kHeaders, kBlocks, kTip };

// Of a state.
constexpr std::uint8_t kDataMask = 3;
constexpr std::uint8_t kFailed = 4;
constexpr std::uint8_t kHasBlock = 8;
constexpr std::uint8_t kHasUndo = 16;
constexpr std::uint8_t kUnknown = 0xe0;

// Hashed side by side and put into the tree: few enough to stay in the cache nearest to the core.
constexpr std::size_t kHashedTogether = 256;

constexpr std::uint64_t kEntryBytes = 9;
constexpr std::uint64_t kPlaceBytes = 12;

Writer begin(Kind kind, Bytes& out, std::size_t content_bytes) {
  out.reserve(1 + content_bytes);
  Writer writer(out);
  writer.u8(static_cast<std::uint8_t>(kind));
  return writer;
}

std::uint64_t bytes_of(const BlockPlaces& places) {
  return kPlaceBytes * (std::uint64_t{places.block.has_value()} + places.undo.has_value());
}

void write(Writer& writer, const std::optional<Place>& place) {
  if (!place) return;
  writer.u32(place->file);
  writer.u32(place->offset);
  writer.u32(place->bytes);
}

std::optional<Place> read_place(Reader& reader, std::uint8_t is_there) {
  if (is_there == 0) return std::nullopt;
  Place place;
  place.file = reader.u32();
  place.offset = reader.u32();
  place.bytes = reader.u32();
  return place;
}

std::uint8_t state_of(const BlockEntry& block) {
  auto state = static_cast<unsigned>(block.standing.data);
  if (block.standing.has_failed) state |= kFailed;
  if (block.places.block) state |= kHasBlock;
  if (block.places.undo) state |= kHasUndo;
  return static_cast<std::uint8_t>(state);
}

void write(Writer& writer, const BlockEntry& block) {
  writer.u32(block.index);
  writer.u8(state_of(block));
  writer.u32(block.standing.sequence);
  write(writer, block.places.block);
  write(writer, block.places.undo);
}

// Nothing where it cannot be one.
std::optional<BlockEntry> read_entry(Reader& reader) {
  BlockEntry block;
  block.index = reader.u32();
  const std::uint8_t state = reader.u8();
  const std::uint8_t data = state & kDataMask;
  if (data == kDataMask || (state & kUnknown) != 0) return std::nullopt;
  block.standing.data = static_cast<StoredStanding::Data>(data);
  block.standing.has_failed = (state & kFailed) != 0;
  block.standing.sequence = reader.u32();
  block.places.block = read_place(reader, state & kHasBlock);
  block.places.undo = read_place(reader, state & kHasUndo);
  return reader.ok() ? std::optional(block) : std::nullopt;
}

// Of a block of which nothing was said, an entry is as this one.
bool is_said(const BlockEntry& block) { return block != BlockEntry{.index = block.index}; }

}  // namespace

// -- Places -----------------------------------------------------------------------------------------

BlockPlaces PlacesOfBlocks::of(NodeIndex index) const {
  if (index.value() >= held_.size()) return {};
  const Held& held = held_[index];
  const auto told = [](const Place& place) {
    return place.bytes == 0 ? std::nullopt : std::optional(place);
  };
  return {.block = told(held.block), .undo = told(held.undo)};
}

void PlacesOfBlocks::set(NodeIndex index, const BlockPlaces& places) {
  if (index.value() >= held_.size() && places == BlockPlaces{}) return;
  while (held_.size() <= index.value()) held_.push_back({});
  held_[index] = {places.block.value_or(Place{}), places.undo.value_or(Place{})};
}

// -- Written ----------------------------------------------------------------------------------------

Bytes network_record(const protocol::Magic& magic) {
  Bytes record;
  begin(Kind::kNetwork, record, magic.size()).bytes(magic);
  return record;
}

Bytes headers_record(const chain::HeaderTree& tree, std::uint32_t first) {
  const std::uint32_t count = std::min(kTogether, tree.nodes().size() - first);
  Bytes record;
  Writer writer = begin(Kind::kHeaders, record, count * BlockHeader::kBytes);
  for (std::uint32_t i = first; i < first + count; ++i) {
    writer.bytes(tree.nodes().header(NodeIndex::of(i)).bytes());
  }
  return record;
}

Bytes blocks_record(std::span<const BlockEntry> blocks) {
  Bytes record;
  Writer writer = begin(Kind::kBlocks, record, blocks.size() * (kEntryBytes + 2 * kPlaceBytes));
  for (const BlockEntry& block : blocks) write(writer, block);
  return record;
}

Bytes tip_record(std::uint32_t index) {
  Bytes record;
  begin(Kind::kTip, record, sizeof(index)).u32(index);
  return record;
}

// -- Read -------------------------------------------------------------------------------------------

bool ToldChain::take(ByteView record) {
  if (refusal_ != nullptr) return true;
  if (record.empty()) return false;
  const auto kind = static_cast<Kind>(record.front());
  if ((kind == Kind::kNetwork) == is_begun_) return false;
  const ByteView content = record.subspan(1);
  switch (kind) {
    case Kind::kNetwork:
      return take_network(content);
    case Kind::kHeaders:
      return take_headers(content);
    case Kind::kBlocks:
      return take_blocks(content);
    case Kind::kTip:
      return take_tip(content);
  }
  return false;
}

bool ToldChain::take_network(ByteView content) {
  const protocol::Magic& magic = tree_.network().magic;
  if (content.size() != magic.size()) return false;
  is_begun_ = true;
  if (!std::ranges::equal(content, magic)) refusal_ = "is of another network";
  return true;
}

bool ToldChain::take_headers(ByteView content) {
  if (content.empty() || content.size() % BlockHeader::kBytes != 0) return false;
  for (Reader reader(content); reader.left() > 0 && refusal_ == nullptr;) {
    headers_.clear();
    while (reader.left() > 0 && headers_.size() < kHashedTogether) {
      headers_.push_back(BlockHeader::read(reader));
    }
    if (!restore_some()) refusal_ = "has headers that do not fit together";
  }
  return true;
}

bool ToldChain::restore_some() {
  const auto hashed = chain::hashed(headers_);
  for (const chain::HashedHeader& header : hashed) tree_.nodes().prefetch(header.hash);
  for (const chain::HashedHeader& header : hashed) {
    if (!tree_.restore(header)) return false;
  }
  return true;
}

bool ToldChain::take_blocks(ByteView content) {
  blocks_.clear();
  for (Reader reader(content); reader.left() > 0;) {
    const auto block = read_entry(reader);
    if (!block || !knows(block->index)) return false;
    blocks_.push_back(*block);
  }
  for (const BlockEntry& block : blocks_) {
    const NodeIndex index = NodeIndex::of(block.index);
    while (standings_.size() <= block.index) standings_.push_back({});
    standings_[index] = block.standing;
    places_.set(index, block.places);
  }
  return !blocks_.empty();
}

bool ToldChain::take_tip(ByteView content) {
  Reader reader(content);
  const std::uint32_t index = reader.u32();
  if (!reader.ok() || reader.left() != 0 || !knows(index)) return false;
  tip_ = index;
  return true;
}

// -- Written again ----------------------------------------------------------------------------------

// As it was told, not as the tree has it now: a start from this must be as one from the whole log.
BlockEntry ToldChain::entry(NodeIndex index) const {
  const bool is_told = index.value() < standings_.size();
  return {.index = index.value(),
          .standing = is_told ? standings_[index] : StoredStanding{},
          .places = places_.of(index)};
}

host::FileResult<void> ToldChain::write(RecordLog& log) const {
  if (auto added = log.add(network_record(tree_.network().magic)); !added) return added;
  for (std::uint32_t first = 1; knows(first); first += kTogether) {
    if (auto added = log.add(headers_record(tree_, first)); !added) return added;
  }
  std::vector<BlockEntry> some;
  for (NodeIndex index{}; knows(index.value()); index = index.next()) {
    if (is_said(entry(index))) some.push_back(entry(index));
    if (some.size() < kTogether && knows(index.next().value())) continue;
    if (some.empty()) continue;
    if (auto added = log.add(blocks_record(some)); !added) return added;
    some.clear();
  }
  return log.add(tip_record(tip_));
}

std::uint64_t ToldChain::bytes() const {
  std::uint64_t bytes = std::uint64_t{tree_.nodes().size()} * BlockHeader::kBytes;
  for (NodeIndex index{}; knows(index.value()); index = index.next()) {
    if (is_said(entry(index))) bytes += kEntryBytes + bytes_of(places_.of(index));
  }
  return bytes;
}

}  // namespace veilwire::store

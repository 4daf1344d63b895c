#include "veilwire/coins/change_table.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "veilwire/base/endian.h"

namespace veilwire::coins {
namespace {

constexpr std::uint32_t kGroupOutputs = 8;

// A record: the txid, the number of the group (2 bytes), a bit for each of its outputs of which there
// is a coin, one for each of which the state below may have something, and the coins. One that has no
// coin and of which there may be something below is gone.
constexpr std::size_t kGroupOffset = sizeof(Hash256);
constexpr std::size_t kCoinsOffset = kGroupOffset + 2;
constexpr std::size_t kBelowOffset = kCoinsOffset + 1;
constexpr std::size_t kHeaderBytes = kBelowOffset + 1;

static_assert(kHeaderBytes + kGroupOutputs * kMaxEncodedCoinBytes <= RecordArena::kMaxRecordBytes);
static_assert(ChangeTable::kMaxOutput / kGroupOutputs == UINT16_MAX);

constexpr std::uint8_t bit_of(std::uint32_t output) {
  return static_cast<std::uint8_t>(1u << (output % kGroupOutputs));
}

}  // namespace

// As it lies at the front of a record.
struct ChangeTable::Key {
  std::array<std::uint8_t, kCoinsOffset> bytes;

  Key(const Hash256& txid, std::uint32_t group) {
    std::ranges::copy(txid, bytes.begin());
    bytes[kGroupOffset] = static_cast<std::uint8_t>(group);
    bytes[kGroupOffset + 1] = static_cast<std::uint8_t>(group >> 8);
  }
  explicit Key(const std::uint8_t* record) { std::memcpy(bytes.data(), record, bytes.size()); }
};

struct ChangeTable::Record {
  Key key;
  std::uint8_t coins = 0;
  std::uint8_t below = 0;
  std::array<ByteView, kGroupOutputs> encoded{};  // of those that are coins

  std::size_t bytes() const {
    std::size_t sum = kHeaderBytes;
    for (const ByteView coin : encoded) sum += coin.size();
    return sum;
  }
  std::uint8_t gone() const { return below & static_cast<std::uint8_t>(~coins); }
  bool is_empty() const { return (coins | below) == 0; }

  void add(std::uint32_t output, ByteView coin, Below what_below) {
    const std::uint8_t bit = bit_of(output);
    if (what_below == Below::kMayHave && (coins & bit) == 0) below |= bit;
    coins |= bit;
    encoded[output % kGroupOutputs] = coin;
  }
  void remove(std::uint32_t output) {
    const std::uint8_t bit = bit_of(output);
    // Nothing is known of it: it is the state below that has it.
    if ((coins & bit) == 0) below |= bit;
    coins &= static_cast<std::uint8_t>(~bit);
    encoded[output % kGroupOutputs] = {};
  }
};

std::size_t ChangeTable::Hash::operator()(const Key& key) const {
  return static_cast<std::size_t>(crypto::siphash24(table->salt_, key.bytes));
}
std::size_t ChangeTable::Hash::operator()(RecordArena::Place place) const {
  return static_cast<std::size_t>(
      crypto::siphash24(table->salt_, {table->arena_.at(place), kCoinsOffset}));
}
bool ChangeTable::Equal::operator()(const Key& key, RecordArena::Place place) const {
  return std::memcmp(table->arena_.at(place), key.bytes.data(), key.bytes.size()) == 0;
}

ChangeTable::ChangeTable(const crypto::SipKey& salt)
    : salt_(salt),
      index_(0, Hash{this}, Equal{this}, Counting<RecordArena::Place>(&index_bytes_)) {}

ChangeTable::Record ChangeTable::record_at(RecordArena::Place place) const {
  const std::uint8_t* const begin = arena_.at(place);
  Record record{.key = Key(begin), .coins = begin[kCoinsOffset], .below = begin[kBelowOffset]};
  wire::Reader reader(arena_.from(place).subspan(kHeaderBytes));
  for (std::uint32_t i = 0; i < kGroupOutputs; ++i) {
    if ((record.coins & bit_of(i)) != 0) record.encoded[i] = take_encoded_coin(reader);
  }
  return record;
}

ChangeTable::Answer ChangeTable::find(const wire::Outpoint& outpoint) const {
  if (outpoint.index > kMaxOutput) return {};
  const auto found = index_.find(Key(outpoint.txid, outpoint.index / kGroupOutputs));
  if (found == index_.end()) return {};
  const std::uint8_t* const begin = arena_.at(*found);
  const std::uint8_t bit = bit_of(outpoint.index);
  if ((begin[kCoinsOffset] & bit) == 0) {
    return {(begin[kBelowOffset] & bit) != 0 ? Knowledge::kGone : Knowledge::kNone, {}};
  }
  wire::Reader reader(arena_.from(*found).subspan(kHeaderBytes));
  int before = std::popcount(static_cast<std::uint8_t>(begin[kCoinsOffset] & (bit - 1)));
  for (; before > 0; --before) take_encoded_coin(reader);
  return {Knowledge::kCoin, take_encoded_coin(reader)};
}

void ChangeTable::add(const Hash256& txid, std::span<const NewCoin> coins, Below below) {
  while (!coins.empty()) {
    const std::uint32_t group = coins.front().output / kGroupOutputs;
    const Key key(txid, group);
    const auto old = index_.find(key);
    Record record = old == index_.end() ? Record{.key = key} : record_at(*old);
    encoded_coins_.clear();
    encoded_coins_.reserve(kGroupOutputs * kMaxEncodedCoinBytes);  // they do not move
    wire::Writer writer(encoded_coins_);
    while (!coins.empty() && coins.front().output / kGroupOutputs == group) {
      const std::size_t begin = encoded_coins_.size();
      write_coin(writer, coins.front().coin);
      record.add(coins.front().output, ByteView(encoded_coins_).subspan(begin), below);
      coins = coins.subspan(1);
    }
    store(record, old);
  }
}

void ChangeTable::remove(const wire::Outpoint& outpoint) {
  const Key key(outpoint.txid, outpoint.index / kGroupOutputs);
  const auto old = index_.find(key);
  Record record = old == index_.end() ? Record{.key = key} : record_at(*old);
  record.remove(outpoint.index);
  store(record, old);
}

void ChangeTable::encode(const Record& record) {
  record_bytes_.assign(record.key.bytes.begin(), record.key.bytes.end());
  record_bytes_.push_back(record.coins);
  record_bytes_.push_back(record.below);
  for (const ByteView coin : record.encoded) {
    record_bytes_.insert(record_bytes_.end(), coin.begin(), coin.end());
  }
}

void ChangeTable::count(const Record& record, std::size_t times) {
  coin_count_ += times * static_cast<std::size_t>(std::popcount(record.coins));
  gone_count_ += times * static_cast<std::size_t>(std::popcount(record.gone()));
}

void ChangeTable::store(const Record& record, Index::iterator old) {
  encode(record);  // before the old one, to which it may point, makes room
  count(record, 1);
  if (old != index_.end()) {
    const RecordArena::Place place = *old;
    const Record before = record_at(place);
    count(before, static_cast<std::size_t>(-1));
    if (!record.is_empty() && RecordArena::is_same_size(record_bytes_.size(), before.bytes())) {
      std::ranges::copy(record_bytes_, arena_.at(place));
      return;
    }
    index_.erase(old);
    arena_.release(place, before.bytes());
  }
  if (record.is_empty()) return;
  const RecordArena::Place place = arena_.allocate(record_bytes_.size());
  std::ranges::copy(record_bytes_, arena_.at(place));
  index_.insert(place);
}

bool ChangeTable::is_before(RecordArena::Place a, RecordArena::Place b) const {
  const std::uint8_t* const left = arena_.at(a);
  const std::uint8_t* const right = arena_.at(b);
  const int txids = std::memcmp(left, right, kGroupOffset);
  if (txids != 0) return txids < 0;
  return load_le<std::uint16_t>(left + kGroupOffset) < load_le<std::uint16_t>(right + kGroupOffset);
}

// By the first bytes of the ids, which lie together; most of the time nobody need look further.
std::vector<ChangeTable::SortedPlace> ChangeTable::sorted_places() const {
  std::vector<SortedPlace> places;
  places.reserve(index_.size());
  for (const RecordArena::Place place : index_) {
    places.push_back({std::byteswap(load_le<std::uint32_t>(arena_.at(place))), place});
  }
  std::ranges::sort(places, [this](const SortedPlace& a, const SortedPlace& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : is_before(a.place, b.place);
  });
  return places;
}

void ChangeTable::for_each(const Visitor& visitor) const {
  ScriptRoom room;
  for (const SortedPlace& each : sorted_places()) {
    const Record record = record_at(each.place);
    wire::Outpoint outpoint;
    std::copy_n(record.key.bytes.begin(), sizeof(Hash256), outpoint.txid.begin());
    const std::uint32_t first =
        kGroupOutputs * load_le<std::uint16_t>(record.key.bytes.data() + kGroupOffset);
    for (std::uint32_t i = 0; i < kGroupOutputs; ++i) {
      if (((record.coins | record.below) & bit_of(i)) == 0) continue;
      outpoint.index = first + i;
      std::optional<consensus::Coin> coin;
      wire::Reader reader(record.encoded[i]);
      if ((record.coins & bit_of(i)) != 0) coin = read_coin(reader, room);
      if (visitor(outpoint, coin) == Walk::kEnd) return;
    }
  }
}

std::size_t ChangeTable::bytes() const {
  return sizeof *this + arena_.bytes() + index_bytes_ + encoded_coins_.capacity() +
         record_bytes_.capacity();
}

}  // namespace veilwire::coins

#include "veilwire/coins/record_arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace veilwire::coins {
namespace {

TEST(RecordArena, UsesAReleasedRecordForTheNextOfItsSize) {
  RecordArena arena;
  const auto first = arena.allocate(70);
  const auto second = arena.allocate(70);
  arena.release(first, 70);
  arena.release(second, 71);  // the same four-byte unit
  EXPECT_NE(arena.allocate(90), first);
  EXPECT_EQ(arena.allocate(72), second);
  EXPECT_EQ(arena.allocate(69), first);
}

TEST(RecordArena, CountsItsChunks) {
  RecordArena arena;
  EXPECT_EQ(arena.bytes(), 0u);
  arena.allocate(1);
  const std::size_t one = arena.bytes();
  EXPECT_GE(one, 256u * 1024);
  for (int i = 0; i < 3; ++i) arena.allocate(RecordArena::kMaxRecordBytes);
  EXPECT_GT(arena.bytes(), one);
}

TEST(RecordArena, KeepsRecordsApart) {
  RecordArena arena;
  std::mt19937 random(5);
  std::map<RecordArena::Place, Bytes> records;
  for (int i = 0; i < 4000; ++i) {
    if (random() % 3 == 0 && !records.empty()) {
      const auto gone = std::next(records.begin(), static_cast<int>(random() % records.size()));
      arena.release(gone->first, gone->second.size());
      records.erase(gone);
      continue;
    }
    const std::size_t size = random() % 50 == 0 ? 1 + random() % 20'000 : 1 + random() % 200;
    const auto place = arena.allocate(size);
    Bytes bytes(size, static_cast<std::uint8_t>(i));
    std::ranges::copy(bytes, arena.at(place));
    EXPECT_TRUE(records.emplace(place, std::move(bytes)).second);
  }
  for (const auto& [place, bytes] : records) {
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), arena.at(place)));
  }
}

}  // namespace
}  // namespace veilwire::coins

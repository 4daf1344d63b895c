#include "veilwire/wire/packed_list.h"

#include <gtest/gtest.h>

#include <vector>

#include "veilwire/wire/testing/patterns.h"

namespace veilwire::wire {
namespace {

using testing::hash_of;

const std::vector<Hash256> kHashes{hash_of(1), hash_of(2), hash_of(3)};

TEST(PackedList, GivesBackWhatWasPacked) {
  const Bytes packed = pack<Hash256>(kHashes);
  EXPECT_EQ(packed.size(), 96u);
  const PackedList<Hash256> list(packed);
  EXPECT_EQ(list.size(), 3u);
  EXPECT_EQ(list[1], hash_of(2));
  EXPECT_EQ(std::vector<Hash256>(list.begin(), list.end()), kHashes);
  EXPECT_TRUE(PackedList<Hash256>().empty());
  EXPECT_EQ(pack<Hash256>({}), Bytes{});
}

TEST(PackedList, PointsIntoThePayload) {
  const Bytes payload = testing::counted(5, 32);
  Reader reader(payload);
  const auto list = PackedList<Hash256>::read(reader, 5);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(list.bytes().data(), payload.data() + 1);
  EXPECT_EQ(list.size(), 5u);
}

TEST(PackedList, IsEmptyAfterABrokenRule) {
  const auto expect_broken = [](ByteView payload, std::size_t at_most, PayloadRule rule) {
    Reader reader(payload);
    EXPECT_TRUE(PackedList<Hash256>::read(reader, at_most).empty());
    EXPECT_EQ(reader.rule(), rule);
  };
  const Bytes payload = testing::counted(5, 32);
  expect_broken(payload, 4, PayloadRule::kTooMany);
  expect_broken(ByteView(payload).first(payload.size() - 1), 5, PayloadRule::kTruncated);
  expect_broken({}, 5, PayloadRule::kTruncated);
  expect_broken(testing::with_hostile_count({}), SIZE_MAX, PayloadRule::kTruncated);
}

}  // namespace
}  // namespace veilwire::wire

#include "veilwire/wire/reader.h"

#include <gtest/gtest.h>

#include "veilwire/base/hex.h"
#include "veilwire/wire/codec.h"

namespace veilwire::wire {
namespace {

constexpr std::size_t kNoLimit = SIZE_MAX;

struct CompactSize {
  Bytes bytes;
  Reader reader;
  std::uint64_t value;

  explicit CompactSize(std::string_view hex)
      : bytes(from_hex(hex).value()), reader(bytes), value(reader.compact_size()) {}
};

TEST(Reader, ReadsNumbersLowByteFirst) {
  const Bytes bytes = from_hex(
                          "01"
                          "0203"
                          "04050607"
                          "08090a0b0c0d0e0f"
                          "feffffff"
                          "ffffffffffffffff"
                          "208d")
                          .value();
  Reader reader(bytes);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.u16(), 0x0302);
  EXPECT_EQ(reader.u32(), 0x07060504u);
  EXPECT_EQ(reader.u64(), 0x0f0e0d0c0b0a0908u);
  EXPECT_EQ(reader.i32(), -2);
  EXPECT_EQ(reader.i64(), -1);
  EXPECT_EQ(reader.u16_big_endian(), 8333);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.left(), 0u);
}

TEST(Reader, GivesViewsOfThePayload) {
  const Bytes bytes = {1, 2, 3, 4, 5, 6};
  Reader reader(bytes);
  EXPECT_EQ(reader.bytes(2).data(), bytes.data());
  EXPECT_EQ(reader.position(), bytes.data() + 2);
  EXPECT_EQ((reader.array<3>()), (std::array<std::uint8_t, 3>{3, 4, 5}));
  EXPECT_EQ(reader.left(), 1u);
  EXPECT_EQ(reader.rest().size(), 1u);
  EXPECT_EQ(reader.rest().size(), 0u);
  EXPECT_TRUE(reader.ok());
}

TEST(Reader, RefusesAFieldThatIsCutShort) {
  const Bytes bytes(7);
  const auto rule_of = [&](auto read) {
    Reader reader(bytes);
    read(reader);
    EXPECT_EQ(reader.left(), 0u);
    return reader.rule();
  };
  EXPECT_EQ(rule_of([](Reader& r) { EXPECT_EQ(r.u64(), 0u); }), PayloadRule::kTruncated);
  EXPECT_EQ(rule_of([](Reader& r) { EXPECT_TRUE(r.bytes(8).empty()); }), PayloadRule::kTruncated);
  EXPECT_EQ(rule_of([](Reader& r) { r.array<32>(); }), PayloadRule::kTruncated);
  EXPECT_EQ(rule_of([](Reader& r) { r.bytes(SIZE_MAX); }), PayloadRule::kTruncated);
  EXPECT_EQ(rule_of([](Reader& r) { r.u32(), r.u32(); }), PayloadRule::kTruncated);
}

TEST(Reader, KeepsTheFirstBrokenRuleAndReadsZerosFromThenOn) {
  const Bytes bytes(100, 0xaa);
  Reader reader(bytes);
  reader.fail(PayloadRule::kBadValue);
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_EQ(reader.compact_size(), 0u);
  EXPECT_EQ(reader.count(10, 1), 0u);
  EXPECT_TRUE(reader.sized_bytes(10).empty());
  EXPECT_TRUE(reader.rest().empty());
  EXPECT_EQ((reader.array<2>()), (std::array<std::uint8_t, 2>{}));
  reader.fail(PayloadRule::kTooMany);
  EXPECT_EQ(reader.rule(), PayloadRule::kBadValue);
}

TEST(Reader, ReadsACompactSizeInItsShortestForm) {
  EXPECT_EQ(CompactSize("00").value, 0u);
  EXPECT_EQ(CompactSize("fc").value, 0xfcu);
  EXPECT_EQ(CompactSize("fdfd00").value, 0xfdu);
  EXPECT_EQ(CompactSize("fdffff").value, 0xffffu);
  EXPECT_EQ(CompactSize("fe00000100").value, 0x1'0000u);
  EXPECT_EQ(CompactSize("feffffffff").value, 0xffff'ffffu);
  EXPECT_EQ(CompactSize("ff0000000001000000").value, 0x1'0000'0000u);
  EXPECT_EQ(CompactSize("ffffffffffffffffff").value, UINT64_MAX);
}

TEST(Reader, RefusesNonMinimalCompactSize) {
  for (const auto* hex : {"fd0000", "fdfc00", "fe00000000", "feffff0000", "ff0000000000000000",
                          "ffffffffff00000000"}) {
    EXPECT_EQ(CompactSize(hex).reader.rule(), PayloadRule::kNonMinimalCompactSize) << hex;
    EXPECT_EQ(CompactSize(hex).value, 0u) << hex;
  }
}

TEST(Reader, RefusesACompactSizeThatIsCutShort) {
  for (const auto* hex : {"", "fd", "fdff", "fe", "fe000001", "ff", "ff00000000010000"}) {
    EXPECT_EQ(CompactSize(hex).reader.rule(), PayloadRule::kTruncated) << hex;
  }
}

std::optional<PayloadRule> rule_of_count(std::string_view hex, std::size_t at_most,
                                         std::size_t each) {
  const Bytes bytes = from_hex(hex).value();
  Reader reader(bytes);
  const std::size_t count = reader.count(at_most, each);
  EXPECT_TRUE(reader.ok() || count == 0);
  return reader.rule();
}

TEST(Reader, RefusesACountOverItsLimit) {
  EXPECT_EQ(rule_of_count("03010203", 3, 1), std::nullopt);
  EXPECT_EQ(rule_of_count("0401020304", 3, 1), PayloadRule::kTooMany);
  EXPECT_EQ(rule_of_count("ffffffffffffffffff", 3, 1), PayloadRule::kTooMany);
}

TEST(Reader, RefusesACountOverWhatIsLeft) {
  EXPECT_EQ(rule_of_count("0201020304", kNoLimit, 2), std::nullopt);
  EXPECT_EQ(rule_of_count("03010203040a", kNoLimit, 2), PayloadRule::kTruncated);
  EXPECT_EQ(rule_of_count("ffffffffffffffffff", kNoLimit, 36), PayloadRule::kTruncated);
}

TEST(Reader, RefusesAStringOverItsLimitOrOverWhatIsLeft) {
  const Bytes bytes = {3, 'a', 'b', 'c'};
  Reader good(bytes);
  EXPECT_EQ(good.sized_bytes(3).data(), bytes.data() + 1);
  EXPECT_TRUE(good.ok());
  Reader longer(bytes);
  EXPECT_TRUE(longer.sized_bytes(2).empty());
  EXPECT_EQ(longer.rule(), PayloadRule::kTooLong);
  Reader cut(ByteView(bytes).first(3));
  EXPECT_TRUE(cut.sized_bytes(3).empty());
  EXPECT_EQ(cut.rule(), PayloadRule::kTruncated);
}

// -- parse() and serialize() ----------------------------------------------------------------------

struct Pair {
  std::uint8_t first = 0;
  std::uint8_t second = 0;

  static Pair read(Reader& reader) { return {.first = reader.u8(), .second = reader.u8()}; }
  void write(Writer& writer) const {
    writer.u8(first);
    writer.u8(second);
  }
};

struct StrictPair : Pair {
  static constexpr bool kRefusesTrailingBytes = true;
  static StrictPair read(Reader& reader) { return {Pair::read(reader)}; }
};

TEST(Codec, IgnoresTrailingBytesButWhereTheMessageRefusesThem) {
  const Bytes bytes = {1, 2, 3};
  ASSERT_TRUE(parse<Pair>(bytes));
  EXPECT_EQ(serialize(*parse<Pair>(bytes)), (Bytes{1, 2}));
  EXPECT_EQ(parse<StrictPair>(bytes).error(), PayloadRule::kTrailingBytes);
  EXPECT_TRUE(parse<StrictPair>(ByteView(bytes).first(2)));
}

TEST(Codec, GivesTheRuleThatWasBroken) {
  EXPECT_EQ(parse<Pair>(Bytes{1}).error(), PayloadRule::kTruncated);
  EXPECT_EQ(parse<StrictPair>(Bytes{1}).error(), PayloadRule::kTruncated);
}

}  // namespace
}  // namespace veilwire::wire

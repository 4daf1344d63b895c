#include "veilwire/coins/coin_encoding.h"

#include <gtest/gtest.h>

#include "veilwire/base/hex.h"
#include "veilwire/coins/testing/scripts.h"
#include "veilwire/coins/varint.h"

namespace veilwire::coins {
namespace {

using consensus::Amount;
using consensus::Coin;
using consensus::CoinOrigin;
using consensus::Height;

std::string varint_hex(std::uint64_t value) {
  Bytes bytes;
  wire::Writer writer(bytes);
  write_varint(writer, value);
  return to_hex(bytes);
}

std::optional<std::uint64_t> varint_of(std::string_view hex, std::uint64_t at_most = UINT64_MAX) {
  const Bytes bytes = from_hex(hex).value();
  wire::Reader reader(bytes);
  const std::uint64_t value = read_varint(reader, at_most);
  if (!reader.ok() || reader.left() > 0) return std::nullopt;
  return value;
}

TEST(Varint, HasTheKnownBytes) {
  const std::pair<std::uint64_t, std::string_view> known[] = {
      {0, "00"},
      {0x7f, "7f"},
      {0x80, "8000"},
      {0xff, "807f"},
      {0x1234, "a334"},
      {0x407f, "ff7f"},
      {0x4080, "808000"},
      {0xffff, "82fe7f"},
      {0x123456, "c7e756"},
      {0x80123456, "86ffc7e756"},
      {0xffffffff, "8efefefe7f"},
      {UINT64_MAX, "80fefefefefefefefe7f"},
  };
  for (const auto& [value, hex] : known) {
    EXPECT_EQ(varint_hex(value), hex);
    EXPECT_EQ(varint_of(hex), value);
  }
}

TEST(Varint, OverItsLimitIsRefused) {
  EXPECT_EQ(varint_of("8efefefe7f", UINT32_MAX), UINT32_MAX);
  EXPECT_FALSE(varint_of("8efefeff00", UINT32_MAX));
  EXPECT_FALSE(varint_of("80fefefefefefefeff00"));
  EXPECT_FALSE(varint_of("ffffffffffffffffffff7f"));
  EXPECT_FALSE(varint_of("ffff"));
  EXPECT_FALSE(varint_of(""));
  EXPECT_EQ(varint_of("05", 5), 5u);
  EXPECT_FALSE(varint_of("06", 5));
}

TEST(PackedAmount, IsSmallWhereTheAmountEndsInZeros) {
  const std::pair<std::int64_t, std::uint64_t> known[] = {
      {0, 0},
      {1, 1},
      {1'000'000, 7},
      {100'000'000, 9},
      {5'000'000'000, 0x32},
      {Amount::kMaxUnits, 0x1406f40},
  };
  for (const auto& [units, packed] : known) {
    EXPECT_EQ(packed_amount(Amount::of(units).value()), packed);
    EXPECT_EQ(unpacked_amount(packed), Amount::of(units));
  }
}

TEST(PackedAmount, IsOneToOne) {
  for (std::int64_t units = 1; units < Amount::kMaxUnits; units = units * 3 + 1) {
    for (const std::int64_t each : {units, units - 1, units / 1000 * 1000}) {
      const Amount amount = Amount::of(each).value();
      EXPECT_EQ(unpacked_amount(packed_amount(amount)), amount);
    }
  }
  for (std::uint64_t packed = 0; packed < 50'000; ++packed) {
    const auto amount = unpacked_amount(packed);
    if (amount) {
      EXPECT_EQ(packed_amount(*amount), packed);
    }
  }
}

TEST(PackedAmount, OverAllMoneyIsNone) {
  EXPECT_FALSE(unpacked_amount(0x1406f40 + 10));
  EXPECT_FALSE(unpacked_amount(UINT64_MAX));
  EXPECT_FALSE(unpacked_amount(UINT64_MAX - 5));
}

std::size_t script_bytes(const Bytes& script, ScriptDialect dialect) {
  Bytes bytes;
  wire::Writer writer(bytes);
  write_script(writer, script, dialect);
  return bytes.size();
}

TEST(EncodedScript, OfACommonKindIsItsHashOrKeyAndAByte) {
  for (const auto dialect : {ScriptDialect::kUndoFile, ScriptDialect::kTable}) {
    const bool in_table = dialect == ScriptDialect::kTable;
    EXPECT_EQ(script_bytes(testing::p2pkh(), dialect), 21u);
    EXPECT_EQ(script_bytes(testing::p2sh(), dialect), 21u);
    EXPECT_EQ(script_bytes(testing::p2pk_short(), dialect), 33u);
    EXPECT_EQ(script_bytes(testing::p2pk_long(), dialect), 33u);
    EXPECT_EQ(script_bytes(testing::p2wpkh(), dialect), in_table ? 21u : 23u);
    EXPECT_EQ(script_bytes(testing::p2wsh(), dialect), in_table ? 33u : 35u);
    EXPECT_EQ(script_bytes(testing::p2tr(), dialect), in_table ? 33u : 35u);
  }
}

TEST(EncodedScript, IsTheSameScriptAgain) {
  for (const auto dialect : {ScriptDialect::kUndoFile, ScriptDialect::kTable}) {
    for (const Bytes& script : testing::scripts_of_all_kinds()) {
      Bytes bytes;
      wire::Writer writer(bytes);
      write_script(writer, script, dialect);
      wire::Reader reader(bytes);
      ScriptRoom room;
      const auto again = expand_script(take_script(reader, dialect), room);
      ASSERT_TRUE(again && reader.ok());
      EXPECT_TRUE(std::ranges::equal(*again, script)) << to_hex(script);
      EXPECT_EQ(reader.left(), 0u);
    }
  }
}

TEST(EncodedScript, OfAKeyOffTheCurveStaysAsItIs) {
  Bytes script = testing::p2pk_long();
  script[65] ^= 1;
  EXPECT_EQ(script_bytes(script, ScriptDialect::kUndoFile), 68u);
}

TEST(EncodedCoin, IsTheSameCoinAgain) {
  for (const Bytes& script : testing::scripts_of_all_kinds()) {
    for (const std::uint32_t height : {0u, 1u, 900'000u, 0x7fff'ffffu}) {
      const Coin coin(Amount::figure(123'456'789), script, Height::of(height),
                      height == 1 ? CoinOrigin::kCoinbase : CoinOrigin::kTransaction);
      Bytes bytes;
      wire::Writer writer(bytes);
      write_coin(writer, coin);
      EXPECT_LE(bytes.size(), kMaxEncodedCoinBytes);
      wire::Reader reader(bytes);
      ScriptRoom room;
      const Coin again = read_coin(reader, room);
      ASSERT_TRUE(reader.ok());
      EXPECT_EQ(again.value(), coin.value());
      EXPECT_EQ(again.height(), coin.height());
      EXPECT_EQ(again.origin(), coin.origin());
      EXPECT_TRUE(std::ranges::equal(again.script(), script));
      wire::Reader skipping(bytes);
      EXPECT_EQ(take_encoded_coin(skipping).size(), bytes.size());
    }
  }
}

}  // namespace
}  // namespace veilwire::coins

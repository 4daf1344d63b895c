#include "veilwire/addr/asmap.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "veilwire/addr/testing/addresses.h"
#include "veilwire/addr/testing/asmap_writer.h"
#include "veilwire/base/hex.h"

namespace veilwire::addr {
namespace {

using testing::address;
using testing::AsmapWriter;

std::optional<AsmapRule> rule_of(ByteView file) {
  const auto map = Asmap::parse(file);
  return map ? std::nullopt : std::optional(map.error());
}
std::optional<AsmapRule> rule_of(const AsmapWriter& program) { return rule_of(program.bytes()); }

// 101.1.0.0/16 to 101.7.0.0/16 are AS 1 to 7, 101.8.0.0/13 and what is near it AS 8.
constexpr std::string_view kSmallMap =
    "fb03ec0fb03fc0fe00fb03ec0fb03fc0fe00fb03ec0fb0fffffeffedb0ffd486e6282900004000004000409901"
    "00800180040000050006001cf039";

Asmap small_map() {
  EXPECT_EQ(rule_of(from_hex(kSmallMap).value()), std::nullopt);
  return Asmap::parse(from_hex(kSmallMap).value()).value();
}

TEST(Asmap, AnswersFromAMapOfAnother) {
  const Asmap map = small_map();
  const std::pair<std::string_view, std::optional<std::uint32_t>> cases[] = {
      {"101.0.0.1", 1},    {"101.1.2.3", 1},  {"101.2.255.255", 2}, {"101.3.0.0", 3},
      {"101.4.4.4", 4},    {"101.5.5.5", 5},  {"101.6.6.6", 6},     {"101.7.7.7", 7},
      {"101.8.0.1", 8},    {"101.15.0.1", 8}, {"101.16.0.1", {}},   {"128.1.1.1", 1000},
      {"251.1.1.1", 1000}, {"1.2.3.4", {}},   {"2a00::1", {}},
  };
  for (const auto& [text, as] : cases) EXPECT_EQ(map.as_of(address(text)), as) << text;
}

TEST(Asmap, AnIpv6AddressThatHoldsIpv4HasItsAs) {
  EXPECT_EQ(small_map().as_of(address("2002:6502:1::1")), 2u);  // 6to4 of 101.2.0.1
}

TEST(Asmap, KnowsNoAsOfOnionI2pAndCjdns) {
  AsmapWriter everywhere;
  everywhere.ret(7);
  const Asmap map = Asmap::parse(everywhere.bytes()).value();
  crypto::Dice dice = crypto::Dice::of_seed(1);
  EXPECT_EQ(map.as_of(address("1.2.3.4")), 7u);
  EXPECT_EQ(map.as_of(address("2a00::1")), 7u);
  for (const auto network :
       {wire::NetworkId::kTorV3, wire::NetworkId::kI2p, wire::NetworkId::kCjdns}) {
    EXPECT_EQ(map.as_of(testing::random_address(network, dice)), std::nullopt);
  }
}

TEST(Asmap, ReadsTheSmallestAndTheGreatestOfEachNumber) {
  for (const std::uint32_t as : {1u, 32768u, 32769u, 33'521'664u}) {
    AsmapWriter program;
    program.ret(as);
    const auto map = Asmap::parse(program.bytes());
    ASSERT_TRUE(map) << as;
    EXPECT_EQ(map->as_of(address("1.2.3.4")), as);
  }
}

TEST(Asmap, AJumpIsTakenForAOne) {
  AsmapWriter of_zero;
  of_zero.ret(40'000);
  AsmapWriter program;
  program.jump(of_zero.size()).append(of_zero).ret(50'000);
  const auto map = Asmap::parse(program.bytes());
  ASSERT_TRUE(map) << rule_name(map.error());
  EXPECT_EQ(map->as_of(address("2a00::1")), 40'000u);
  EXPECT_EQ(
      map->as_of(wire::NetAddress::from_bytes(wire::NetworkId::kIpv6, Bytes(16, 0xa0)).value()),
      50'000u);
}

TEST(Asmap, WhatDoesNotMatchHasTheDefault) {
  AsmapWriter program;
  program.fallback(5).match({0, 0, 1, 0, 1, 0, 1, 0}).match({0, 0, 0}).ret(6);
  const auto map = Asmap::parse(program.bytes());
  ASSERT_TRUE(map) << rule_name(map.error());
  EXPECT_EQ(map->as_of(address("2a10::1")), 6u);
  EXPECT_EQ(map->as_of(address("2a20::1")), 5u);
  EXPECT_EQ(map->as_of(address("1.2.3.4")), 5u);
}

TEST(Asmap, RefusesAFileOver8MiB) {
  EXPECT_EQ(rule_of(Bytes(kMaxAsmapBytes + 1)), AsmapRule::kTooLarge);
  // Zeros are RETURN AS 1, and then padding.
  EXPECT_EQ(rule_of(Bytes(kMaxAsmapBytes)), AsmapRule::kPadding);
}

TEST(Asmap, RefusesEveryMapCutShort) {
  EXPECT_EQ(rule_of(Bytes()), AsmapRule::kCutShort);
  const Bytes whole = from_hex(kSmallMap).value();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(rule_of(ByteView(whole).first(size))) << size;
  }
}

TEST(Asmap, RefusesAJumpToItsEnd) {
  AsmapWriter program;
  program.jump(17).bits({0, 0, 0});
  EXPECT_EQ(rule_of(program), AsmapRule::kJumpPastEnd);
}

TEST(Asmap, RefusesMoreThan128Bits) {
  AsmapWriter program;
  for (int i = 0; i < 16; ++i) program.match({0, 0, 0, 0, 0, 0, 0, 0});
  AsmapWriter longer = program;
  EXPECT_EQ(rule_of(program.ret(1)), std::nullopt);
  EXPECT_EQ(rule_of(longer.match({0}).ret(1)), AsmapRule::kTooManyBits);
}

TEST(Asmap, RefusesJumpsThatOverlap) {
  AsmapWriter program;
  program.jump(40).jump(100).ret(1).ret(2).ret(3).ret(4).ret(5).ret(6).ret(7).ret(8);
  EXPECT_EQ(rule_of(program), AsmapRule::kJumpsOverlap);
}

TEST(Asmap, RefusesAJumpIntoAnInstruction) {
  AsmapWriter of_zero;
  of_zero.ret(1).ret(2);
  AsmapWriter program;
  program.jump(17).append(of_zero);
  EXPECT_EQ(rule_of(program), std::nullopt);
  AsmapWriter into;
  into.jump(18).match({1}).ret(1).ret(2).ret(3);
  EXPECT_EQ(rule_of(into), AsmapRule::kInsideInstruction);
}

TEST(Asmap, RefusesWhatNothingLeadsTo) {
  AsmapWriter program;
  program.jump(34).ret(1).ret(2).ret(3);
  EXPECT_EQ(rule_of(program), AsmapRule::kUnreachable);
}

TEST(Asmap, RefusesADefaultThatIsNeverUsed) {
  EXPECT_EQ(rule_of(AsmapWriter().fallback(1).ret(2)), AsmapRule::kNeedlessDefault);
  EXPECT_EQ(rule_of(AsmapWriter().fallback(1).fallback(2).match({1}).ret(2)),
            AsmapRule::kNeedlessDefault);
}

TEST(Asmap, RefusesTwoShortMatchesInARow) {
  EXPECT_EQ(rule_of(AsmapWriter().match({1}).match({1}).ret(2)), AsmapRule::kNeedlessMatch);
  EXPECT_EQ(rule_of(AsmapWriter().match({1}).fallback(3).match({1}).ret(2)), std::nullopt);
}

TEST(Asmap, RefusesPaddingThatIsNotZero) {
  EXPECT_EQ(rule_of(AsmapWriter().ret(1).bits({0, 1})), AsmapRule::kPadding);
  Bytes longer = AsmapWriter().ret(1).bytes();
  longer.push_back(0);
  EXPECT_EQ(rule_of(longer), AsmapRule::kPadding);
}

TEST(Asmap, AMapHasItsFilesHash) {
  EXPECT_NE(small_map().hash(), Asmap::parse(AsmapWriter().ret(1).bytes()).value().hash());
}

TEST(Asmap, EveryRuleHasANameAndASentence) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(AsmapRule::kPadding); ++i) {
    EXPECT_FALSE(rule_name(static_cast<AsmapRule>(i)).empty());
    EXPECT_FALSE(rule_text(static_cast<AsmapRule>(i)).empty());
  }
}

}  // namespace
}  // namespace veilwire::addr

#include "veilwire/consensus/work.h"

#include <gtest/gtest.h>

#include "veilwire/protocol/network.h"
#include "veilwire/wire/block_header.h"

namespace veilwire::consensus {
namespace {

using std::chrono::seconds;

TEST(Work, IsTwoTo256OverTheTargetAndOne) {
  EXPECT_EQ(work_of(0x207fffff).number(),
            "0000000000000000000000000000000000000000000000000000000000000002"_hash);
  EXPECT_EQ(work_of(0x1d00ffff).number(),
            "0000000000000000000000000000000000000000000000000000000100010001"_hash);
  EXPECT_EQ(work_of(0x03000001).number(),
            "8000000000000000000000000000000000000000000000000000000000000000"_hash);
}

TEST(Work, IsNoneForATargetThatNoHashMeets) {
  for (const std::uint32_t bits : {0u, 0x01fedcbau, 0x04923456u, 0xff123456u}) {
    EXPECT_EQ(work_of(bits), Work()) << std::hex << bits;
  }
}

TEST(Work, AddsWithCarries) {
  const Work low("0000000000000000ffffffffffffffffffffffffffffffffffffffffffffffff"_hash);
  const Work one("0000000000000000000000000000000000000000000000000000000000000001"_hash);
  const Work sum = low + one;
  EXPECT_EQ(sum.number(), "0000000000000001000000000000000000000000000000000000000000000000"_hash);
  EXPECT_EQ((low + low).number(),
            "0000000000000001fffffffffffffffffffffffffffffffffffffffffffffffe"_hash);
}

TEST(Work, AddsNothingToNothingWithoutACarry) {
  const Work one("0000000000000000000000000000000000000000000000000000000000000001"_hash);
  EXPECT_EQ(Work() + one, one);
  EXPECT_EQ(one + Work(), one);
}

TEST(Work, ComparesAsANumber) {
  const Work small("00000000000000000000000000000000ffffffffffffffffffffffffffffffff"_hash);
  const Work large("0000000000000001000000000000000000000000000000000000000000000000"_hash);
  EXPECT_LT(small, large);
  EXPECT_GT(large, small);
  EXPECT_LE(small, small);
}

TEST(BitsOf, TurnATargetBack) {
  for (const std::uint32_t bits : {0x1d00ffffu, 0x207fffffu, 0x1e0377aeu, 0x17030ecdu, 0x05009234u,
                                   0x04123456u, 0x03123456u, 0x02008000u, 0x01120000u}) {
    EXPECT_EQ(bits_of(wire::target_from_bits(bits).value()), bits) << std::hex << bits;
  }
}

TEST(BitsOf, OfTheEasiestTargetAreThoseOfTheGenesisBlock) {
  for (const protocol::Network& network : protocol::networks()) {
    EXPECT_EQ(bits_of(network.pow_limit), network.genesis.bits) << network.name;
  }
}

// Of the main chain: the blocks where the difficulty first rose, hit the limits of a fourth and of
// four times, and could not fall further.
TEST(RetargetedBits, AreThoseOfTheMainChain) {
  struct Case {
    std::int64_t first, last;
    std::uint32_t bits, next;
  };
  const protocol::Network& main = *protocol::network_from_name("main");
  for (const Case& each : {Case{1261130161, 1262152739, 0x1d00ffff, 0x1d00d86a},
                           Case{1231006505, 1233061996, 0x1d00ffff, 0x1d00ffff},
                           Case{1279008237, 1279297671, 0x1c05a3f4, 0x1c0168fd},
                           Case{1263163443, 1269211443, 0x1c387f6f, 0x1d00e1fd}}) {
    EXPECT_EQ(
        retargeted_bits(each.bits, seconds(each.last - each.first), main.retarget, main.pow_limit),
        each.next);
  }
}

TEST(RetargetedBits, OfTimesThatRunBackwardsAreAFourth) {
  const protocol::Network& main = *protocol::network_from_name("main");
  EXPECT_EQ(retargeted_bits(0x1c05a3f4, seconds(-1'000'000), main.retarget, main.pow_limit),
            0x1c0168fdu);
}

}  // namespace
}  // namespace veilwire::consensus

#include "veilwire/consensus/header_check.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/difficulty.h"
#include "veilwire/consensus/testing/listed_ancestors.h"
#include "veilwire/consensus/testing/regtest_tip.h"

namespace veilwire::consensus {
namespace {

using std::chrono::seconds;
using testing::ListedAncestors;

constexpr UnixTime kBegin = from_unix_seconds(1'500'000'000);

std::string checked(const wire::BlockHeader& header, const protocol::Network& network,
                    const Ancestors& ancestors) {
  const auto reason = check_header(header, BlockContext::of(network, ancestors, header));
  return reason ? std::string(reason_name(*reason)) : "fine";
}

TEST(MedianTimePast, IsTheMiddleOfElevenOrFewer) {
  ListedAncestors ancestors;
  for (const std::int64_t time : {50, 10, 40, 20, 30, 60, 70, 80, 90, 100, 110, 5}) {
    ancestors.list.push_back({.time = from_unix_seconds(time)});
  }
  const auto at = [&](Height height) {
    return to_unix_seconds(median_time_past(ancestors, height));
  };
  EXPECT_EQ(at(Height(0)), 50);
  EXPECT_EQ(at(Height(1)), 50);  // of two, the later
  EXPECT_EQ(at(Height(2)), 40);
  EXPECT_EQ(at(Height(3)), 40);
  EXPECT_EQ(at(Height(10)), 60);
  EXPECT_EQ(at(Height(11)), 60);  // the first of them is out
}

TEST(CheckHeader, WantsATimeAfterTheMedianOfFewerThanElevenBlocksToo) {
  const protocol::Network& network = *protocol::network_from_name("main");
  for (const std::size_t count : {1u, 2u, 5u, 10u, 11u, 12u}) {
    const auto ancestors =
        ListedAncestors::regular(count, network.genesis.bits, kBegin, seconds(600));
    wire::BlockHeader header{.version = 4, .bits = network.genesis.bits};
    header.time = median_time_past(ancestors, ancestors.last());
    EXPECT_EQ(checked(header, network, ancestors), "time-too-old") << count;
    header.time += seconds(1);
    EXPECT_EQ(checked(header, network, ancestors), "fine") << count;
  }
}

TEST(CheckHeader, WantsTheTargetThatTheChainDemands) {
  const testing::RegtestTip tip;
  wire::BlockHeader header = tip.next().header;
  EXPECT_EQ(checked(header, tip.network, tip.ancestors), "fine");
  header.bits = 0x207ffffe;
  EXPECT_EQ(checked(header, tip.network, tip.ancestors), "bad-diffbits");
}

TEST(CheckHeader, WantsTheVersionsOfTheSoftForksFromTheirHeightsOn) {
  testing::RegtestTip tip;
  const auto with_version = [&tip](std::int32_t version) {
    wire::BlockHeader header = tip.next().header;
    header.version = version;
    return checked(header, tip.network, tip.ancestors);
  };
  tip.network.heights.bip65 = Height(202);
  EXPECT_EQ(with_version(3), "fine");
  tip.network.heights.bip65 = Height(201);
  EXPECT_EQ(with_version(3), "bad-version");
  EXPECT_EQ(with_version(4), "fine");
  EXPECT_EQ(with_version(std::numeric_limits<std::int32_t>::min()), "bad-version");
  tip.network.heights = {};
  tip.network.heights.bip34 = tip.network.heights.bip66 = tip.network.heights.bip65 = Height(202);
  EXPECT_EQ(with_version(-1), "fine");
  tip.network.heights.bip34 = Height(201);
  EXPECT_EQ(with_version(1), "bad-version");
  EXPECT_EQ(with_version(2), "fine");
  tip.network.heights.bip66 = Height(201);
  EXPECT_EQ(with_version(2), "bad-version");
}

// BIP 94.
TEST(CheckHeader, LetsAPeriodBeginTenMinutesBeforeTheLastBlockAndNoMoreOnTestnet4) {
  const protocol::Network& testnet4 = *protocol::network_from_name("testnet4");
  auto ancestors = ListedAncestors::regular(2016, testnet4.genesis.bits, kBegin, seconds(1200));
  wire::BlockHeader header{.version = 4};
  header.time = ancestors.list.back().time - seconds(600);
  header.bits = demanded_bits(testnet4, ancestors, header.time);
  EXPECT_EQ(checked(header, testnet4, ancestors), "fine");
  header.time -= seconds(1);
  EXPECT_EQ(checked(header, testnet4, ancestors), "time-timewarp-attack");
  EXPECT_EQ(checked(header, *protocol::network_from_name("testnet3"), ancestors), "fine");
  // Within a period no block is held to it.
  ancestors.list.pop_back();
  header.bits = demanded_bits(testnet4, ancestors, header.time);
  EXPECT_EQ(checked(header, testnet4, ancestors), "fine");
}

TEST(HasWork, RefusesTargetsThatAreNoneOrEasierThanTheNetworkAllows) {
  const protocol::Network& main = *protocol::network_from_name("main");
  wire::BlockHeader header{.bits = main.genesis.bits};
  EXPECT_TRUE(has_work(main, header, Hash256{}));
  EXPECT_TRUE(has_work(main, header, wire::target_from_bits(header.bits).value()));
  Hash256 over = wire::target_from_bits(header.bits).value();
  over[0] = 1;
  EXPECT_FALSE(has_work(main, header, over));
  for (const std::uint32_t bits : {0u, 0x1d01'0000u, 0x207f'ffffu, 0x1d80'ffffu, 0xff00'ffffu}) {
    header.bits = bits;
    EXPECT_FALSE(has_work(main, header, Hash256{})) << std::hex << bits;
  }
}

TEST(IsTooNew, FromTwoHoursAndASecondOn) {
  const wire::BlockHeader header{.time = kBegin};
  EXPECT_FALSE(is_too_new(header, kBegin - seconds(7200)));
  EXPECT_TRUE(is_too_new(header, kBegin - seconds(7201)));
}

}  // namespace
}  // namespace veilwire::consensus

#include "veilwire/consensus/difficulty.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/header_check.h"
#include "veilwire/consensus/testing/listed_ancestors.h"
#include "veilwire/consensus/work.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/testing/real_data.h"

namespace veilwire::consensus {
namespace {

using protocol::Network;
using std::chrono::seconds;
using testing::ListedAncestors;

const Network& network(std::string_view name) { return *protocol::network_from_name(name); }

constexpr UnixTime kBegin = from_unix_seconds(1'500'000'000);
constexpr std::uint32_t kHarder = 0x1c0ffff0;

// Every header of the file is what the chain before it demands.
void expect_headers(const Network& network, ByteView bytes) {
  ListedAncestors ancestors;
  for (wire::Reader reader(bytes); reader.left() > 0;) {
    const auto header = wire::BlockHeader::read(reader);
    ASSERT_TRUE(has_work(network, header, header.hash())) << ancestors.list.size();
    if (!ancestors.list.empty()) {
      const auto reason = check_header(header, BlockContext::of(network, ancestors, header));
      ASSERT_FALSE(reason) << reason_name(*reason) << " at " << ancestors.list.size();
    }
    ancestors.add(header);
  }
  std::cout << network.name << ": " << ancestors.list.size() << " headers\n";
  EXPECT_EQ(ancestors.list.size(), bytes.size() / wire::BlockHeader::kBytes);
}

TEST(Difficulty, IsWhatRealHeadersOfMainHave) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, "data/mainnet_headers_0_10236.bin");
  expect_headers(network("main"), bytes);
}

TEST(Difficulty, IsWhatRealHeadersOfSignetHave) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, "data/signet_headers_0_2015.bin");
  expect_headers(network("signet"), bytes);
}

TEST(Difficulty, StaysWithinAPeriod) {
  const auto ancestors = ListedAncestors::regular(2015, kHarder, kBegin, seconds(1));
  EXPECT_EQ(demanded_bits(network("main"), ancestors, kBegin), kHarder);
}

TEST(Difficulty, ChangesByTheTimeBetweenThePeriodsFirstAndLastBlock) {
  const auto ancestors = ListedAncestors::regular(2016, kHarder, kBegin, seconds(300));
  EXPECT_EQ(
      demanded_bits(network("main"), ancestors, kBegin),
      retargeted_bits(kHarder, 2015 * seconds(300), seconds(1'209'600), network("main").pow_limit));
}

TEST(Difficulty, DoesNotCountTheStepIntoThePeriod) {
  auto ancestors = ListedAncestors::regular(4032, kHarder, kBegin, seconds(300));
  for (std::size_t i = 0; i < 2016; ++i) ancestors.list[i].time -= seconds(50'000);
  EXPECT_EQ(
      demanded_bits(network("main"), ancestors, kBegin),
      retargeted_bits(kHarder, 2015 * seconds(300), seconds(1'209'600), network("main").pow_limit));
}

TEST(Difficulty, MayBeTheEasiestForABlockThatIsTwentyMinutesLateOnTestnets) {
  auto ancestors = ListedAncestors::regular(100, kHarder, kBegin, seconds(600));
  const UnixTime last = ancestors.list.back().time;
  EXPECT_EQ(demanded_bits(network("testnet3"), ancestors, last + seconds(1200)), kHarder);
  EXPECT_EQ(demanded_bits(network("testnet3"), ancestors, last + seconds(1201)), 0x1d00ffffu);
  EXPECT_EQ(demanded_bits(network("main"), ancestors, last + seconds(1201)), kHarder);
}

TEST(Difficulty, IsTheLastOneThatWasNoExceptionAfterSuchBlocks) {
  auto ancestors = ListedAncestors::regular(100, kHarder, kBegin, seconds(600));
  for (std::size_t i = 90; i < 100; ++i) ancestors.list[i].bits = 0x1d00ffff;
  const UnixTime last = ancestors.list.back().time;
  EXPECT_EQ(demanded_bits(network("testnet3"), ancestors, last + seconds(600)), kHarder);
  ancestors.list[90].bits = kHarder + 1;
  EXPECT_EQ(demanded_bits(network("testnet3"), ancestors, last + seconds(600)), kHarder + 1);
  // Not beyond the period's first block.
  for (std::size_t i = 0; i < 100; ++i) ancestors.list[i].bits = 0x1d00ffff;
  EXPECT_EQ(demanded_bits(network("testnet3"), ancestors, last + seconds(600)), 0x1d00ffffu);
}

// BIP 94: an exception at a period's end does not carry the easiest target into the next.
TEST(Difficulty, OfANewPeriodComesFromTheFirstBlockOnTestnet4AndFromTheLastElsewhere) {
  auto ancestors = ListedAncestors::regular(2016, kHarder, kBegin, seconds(600));
  ancestors.list.back().bits = 0x1d00ffff;
  const auto after = [](std::uint32_t bits) {
    return retargeted_bits(bits, 2015 * seconds(600), seconds(1'209'600),
                           network("testnet4").pow_limit);
  };
  EXPECT_EQ(demanded_bits(network("testnet4"), ancestors, kBegin), after(kHarder));
  EXPECT_EQ(demanded_bits(network("testnet3"), ancestors, kBegin), after(0x1d00ffff));
}

TEST(Difficulty, NeverChangesOnRegtest) {
  const auto ancestors = ListedAncestors::regular(288, 0x207fffff, kBegin, seconds(1));
  EXPECT_EQ(demanded_bits(network("regtest"), ancestors, kBegin), 0x207fffffu);
}

}  // namespace
}  // namespace veilwire::consensus

#include "veilwire/chain/presync.h"

#include <gtest/gtest.h>

#include "veilwire/chain/header_hashes.h"
#include "veilwire/chain/testing/real_headers.h"
#include "veilwire/chain/testing/small_presync.h"
#include "veilwire/crypto/seeded_entropy.h"

namespace veilwire::chain {
namespace {

using testing::forked;
using testing::long_chain;
using testing::message_after;
using testing::work_of_blocks;
using Phase = Presync::Phase;

constexpr std::uint32_t kEnough = 3 * wire::kMaxHeaders + 100;  // within the fourth message

PresyncStart genesis_of(const protocol::Network& network) {
  return {.hash = network.genesis.hash,
          .bits = network.genesis.bits,
          .work = ChainWork(consensus::work_of(network.genesis.bits)),
          .median_time = network.genesis.time};
}

class PresyncTest : public ::testing::Test {
 protected:
  // Message after message; the text of the fault, or "".
  std::string_view feed(std::span<const HashedHeader> chain, std::size_t most = 100) {
    std::size_t known = 0;
    const Phase phase = presync.phase();
    while (presync.phase() == phase && most-- > 0) {
      const auto message = message_after(chain, known);
      known += message.size();
      const auto out = presync.on_headers(message);
      if (!out) return header_sync_end_text(out.error());
      released.insert(released.end(), out->begin(), out->end());
    }
    return "";
  }
  Presync begin(std::uint64_t seed) {
    crypto::SeededEntropy entropy(seed);
    return Presync::begin(network, genesis_of(network), work_of_blocks(kEnough), now, entropy)
        .value();
  }

  protocol::Network network = testing::small_network();
  UnixTime now = network.genesis.time + std::chrono::hours(10'000);
  Presync presync = begin(1);
  std::vector<HashedHeader> released;
};

TEST_F(PresyncTest, LetsAChainInOnceItWasTheSameTwice) {
  EXPECT_EQ(feed(long_chain()), "");
  EXPECT_EQ(presync.phase(), Phase::kRedownloading);
  EXPECT_EQ(presync.last(), network.genesis.hash);
  EXPECT_TRUE(released.empty());
  EXPECT_EQ(feed(long_chain()), "");
  EXPECT_EQ(presync.phase(), Phase::kDone);
  ASSERT_EQ(released.size(), long_chain().size());
  for (std::size_t i = 0; i < released.size(); ++i) {
    ASSERT_EQ(released[i].header, long_chain()[i].header);
    ASSERT_EQ(released[i].hash, long_chain()[i].hash);
  }
}

TEST_F(PresyncTest, LetsAHeaderInOnlyWhenEnoughOthersAreOnIt) {
  feed(long_chain());
  feed(long_chain(), 2);
  EXPECT_EQ(released.size(), 2 * wire::kMaxHeaders - 100);
  EXPECT_EQ(presync.phase(), Phase::kRedownloading);
}

TEST_F(PresyncTest, NoticesAnotherChainBeforeAnyOfItIsLetIn) {
  feed(long_chain());
  // 700 headers with a hundred commitments: they are all right by chance once in 2^100.
  EXPECT_EQ(feed(forked(long_chain(), 3 * wire::kMaxHeaders - 700)),
            "its chain changed when it was fetched again");
  EXPECT_LE(released.size(), 3 * wire::kMaxHeaders - 700);
}

TEST_F(PresyncTest, CommitsToHeadersAndBitsThatNobodyElseKnows) {
  // Of a header that is changed near the end of the first message some salts see nothing.
  const auto other =
      forked(std::span(long_chain()).first(wire::kMaxHeaders), wire::kMaxHeaders - 7);
  int noticed = 0;
  for (std::uint64_t seed = 0; seed < 32; ++seed) {
    presync = begin(seed);
    feed(long_chain());
    if (feed(other, 1) != "") ++noticed;
  }
  EXPECT_GT(noticed, 5);
  EXPECT_LT(noticed, 27);
}

TEST_F(PresyncTest, EndsWithAChainOfTooLittleWork) {
  EXPECT_EQ(feed(std::span(long_chain()).first(wire::kMaxHeaders + 5)),
            "its chain has too little work");
}

TEST_F(PresyncTest, EndsWithAnEmptyMessage) {
  feed(long_chain(), 1);
  const auto out = presync.on_headers({});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error(), HeaderSyncEnd::kTooLittleWork);
}

TEST_F(PresyncTest, EndsWhereTheSecondTimeIsShorter) {
  feed(long_chain());
  EXPECT_EQ(feed(std::span(long_chain()).first(2 * wire::kMaxHeaders + 5)),
            "its chain ended early when it was fetched again");
}

TEST_F(PresyncTest, WantsEachMessageToContinueTheLast) {
  feed(long_chain(), 1);
  EXPECT_EQ(feed(long_chain(), 1), "its headers do not continue what it sent before");
}

TEST_F(PresyncTest, WantsTheWorkThatAHeaderClaims) {
  auto chain = long_chain();
  while (consensus::has_work(network, chain[10].header, chain[10].hash)) {
    ++chain[10].header.nonce;
    chain[10].hash = chain[10].header.hash();
  }
  EXPECT_EQ(feed(chain), "a header's hash is over its target");
}

TEST_F(PresyncTest, WantsAPossibleTarget) {
  network.min_difficulty_blocks = false;
  auto chain = long_chain();
  wire::BlockHeader harder = chain[9].header;
  harder.bits = 0x207f'fffe;
  chain[9] = testing::mined(harder);
  EXPECT_EQ(feed(chain), "a header's target is not possible at its height");
}

TEST_F(PresyncTest, RefusesMoreHeadersThanTimeAllows) {
  now = network.genesis.time - std::chrono::hours(2) + std::chrono::seconds(500);
  presync = begin(1);  // 3000 headers
  EXPECT_EQ(feed(long_chain(), 1), "");
  EXPECT_EQ(feed(std::span(long_chain()).subspan(wire::kMaxHeaders), 1),
            "its chain is longer than time allows");
}

TEST_F(PresyncTest, NeedsEntropy) {
  struct Failing final : Entropy {
    std::expected<void, EntropyFailure> fill(ByteSpan) override {
      return std::unexpected(EntropyFailure{});
    }
  } entropy;
  EXPECT_FALSE(Presync::begin(network, genesis_of(network), work_of_blocks(1), now, entropy));
}

TEST_F(PresyncTest, HoldsNoMoreThanItSays) {
  feed(long_chain());
  feed(long_chain(), 3);
  EXPECT_LE(presync.bytes(), Presync::most_bytes(network, genesis_of(network), now));
}

// -- With main's own figures ----------------------------------------------------------------------

constexpr UnixTime kIn2026 = from_unix_seconds(1'780'000'000);

TEST(PresyncOfMain, HoldsAtMostTwoMegabytesOfAPeer) {
  const protocol::Network& main = testing::network("main");
  const std::size_t most = Presync::most_bytes(main, genesis_of(main), kIn2026);
  std::cout << "at most " << most << " bytes a peer\n";
  EXPECT_LE(most, 2'100'000u);
  // Once a node has the chain of last month, less than a hundredth of the bits.
  PresyncStart recent = genesis_of(main);
  recent.median_time = kIn2026 - std::chrono::weeks(4);
  EXPECT_LE(Presync::most_bytes(main, recent, kIn2026),
            80u * (main.headers_presync.redownload_buffer + 2000) + 4096);
}

TEST(PresyncOfMain, TakesTheRealHeadersTwice) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, "data/mainnet_headers_0_10236.bin");
  const protocol::Network& main = testing::network("main");
  const auto headers = testing::headers_in(bytes);
  const auto chain = hashed(std::span(headers).subspan(1));
  const ChainWork required = ChainWork(consensus::work_of(main.genesis.bits)) * 10'000;
  crypto::SeededEntropy entropy(4);
  auto presync = Presync::begin(main, genesis_of(main), required, kIn2026, entropy).value();
  std::vector<HashedHeader> released;
  while (presync.phase() != Phase::kDone) {
    const auto out = presync.on_headers(message_after(chain, presync.height().value()));
    ASSERT_TRUE(out) << header_sync_end_text(out.error());
    released.insert(released.end(), out->begin(), out->end());
    EXPECT_LE(presync.bytes(), Presync::most_bytes(main, genesis_of(main), kIn2026));
  }
  // What comes after the message that made it enough goes to the tree without it.
  EXPECT_EQ(released.size(), 10'000u);
  EXPECT_EQ(released.back().header, chain[9'999].header);
}

}  // namespace
}  // namespace veilwire::chain

#include "veilwire/wire/block_header.h"

#include <gtest/gtest.h>

#include "veilwire/base/hex.h"
#include "veilwire/protocol/network.h"
#include "veilwire/wire/testing/genesis.h"
#include "veilwire/wire/testing/real_data.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

BlockHeader genesis_header() {
  return parse<BlockHeader>(from_hex(testing::kGenesisHeader).value()).value();
}

TEST(BlockHeader, HasTheFieldsOfTheGenesisBlock) {
  const BlockHeader header = genesis_header();
  EXPECT_EQ(header.version, 1);
  EXPECT_EQ(header.previous, Hash256{});
  EXPECT_EQ(to_display(header.merkle_root), testing::kGenesisTxid);
  EXPECT_EQ(header.time, from_unix_seconds(1231006505));
  EXPECT_EQ(header.bits, 0x1d00ffffu);
  EXPECT_EQ(header.nonce, 2083236893u);
  EXPECT_EQ(to_display(header.hash()), testing::kGenesisHash);
}

TEST(BlockHeader, OfEachNetworksGenesisHashesToItsName) {
  for (const protocol::Network& network : protocol::networks()) {
    const protocol::Genesis& genesis = network.genesis;
    const BlockHeader header{.version = genesis.version,
                             .merkle_root = genesis.merkle_root,
                             .time = genesis.time,
                             .bits = genesis.bits,
                             .nonce = genesis.nonce};
    EXPECT_EQ(to_display(header.hash()), to_display(genesis.hash)) << network.name;
    EXPECT_TRUE(meets_own_target(header)) << network.name;
  }
}

TEST(BlockHeader, IsWrittenAsItWasRead) {
  testing::expect_round_trip<BlockHeader>(from_hex(testing::kGenesisHeader).value());
}

TEST(BlockHeader, MeetsItsOwnTargetOnlyWithItsOwnNonce) {
  BlockHeader header = genesis_header();
  EXPECT_TRUE(meets_own_target(header));
  ++header.nonce;
  EXPECT_FALSE(meets_own_target(header));
}

bool meets(std::uint32_t bits) {
  BlockHeader header = genesis_header();
  header.bits = bits;
  return meets_own_target(header);
}

TEST(BlockHeader, MeetsNoTargetThatIsNegativeZeroOrOver256Bits) {
  EXPECT_FALSE(meets(0x1dff'ffff));  // the sign
  EXPECT_FALSE(meets(0x1d00'0000));
  EXPECT_FALSE(meets(0x0000'ffff));  // shifted away
  EXPECT_FALSE(meets(0x2101'0000));  // 2^256
  EXPECT_FALSE(meets(0xff00'0001));
  // Nearly every hash is under these.
  EXPECT_TRUE(meets(0x2100'ffff));
  EXPECT_TRUE(meets(0x2200'00ff));
  EXPECT_FALSE(meets(0x2200'0100));
  // Nearly no hash is under these.
  EXPECT_FALSE(meets(0x0300'0001));
  EXPECT_FALSE(meets(0x0101'0000));
}

// Headers one after the other, each of which names the one before and pays for its own hash.
void expect_chain(const Bytes& bytes, std::size_t count, std::string_view last_hash) {
  ASSERT_EQ(bytes.size(), count * BlockHeader::kBytes);
  Reader reader(bytes);
  Bytes written;
  Writer writer(written);
  Hash256 previous{};
  while (reader.left() > 0) {
    const BlockHeader header = BlockHeader::read(reader);
    ASSERT_EQ(header.previous, previous);
    ASSERT_TRUE(meets_own_target(header));
    header.write(writer);
    previous = header.hash();
  }
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(written, bytes);
  EXPECT_EQ(to_display(previous), last_hash);
}

TEST(BlockHeader, RealOnesOfTheMainNetworkChainUp) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, "data/mainnet_headers_0_10236.bin");
  expect_chain(bytes, 10'237, "000000004f74d42205b9d7ae1cb5c1591e723894a71358fce73b7e0919628161");
}

TEST(BlockHeader, RealOnesOfSignetChainUp) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, "data/signet_headers_0_2015.bin");
  expect_chain(bytes, 2016, "000000c0a3841a6ae64c45864ae25314b40fd522bfb299a4b6bd5ef288cae74d");
}

}  // namespace
}  // namespace veilwire::wire

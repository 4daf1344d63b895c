// How often reading allocates.
#include <gtest/gtest.h>

#include <string>

#include "veilwire/base/hex.h"
#include "veilwire/wire/block.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/headers.h"
#include "veilwire/wire/merkle.h"
#include "veilwire/wire/testing/counting_new.h"
#include "veilwire/wire/testing/genesis.h"
#include "veilwire/wire/testing/real_data.h"

namespace veilwire::wire {
namespace {

using testing::allocations_of;

Bytes bytes_of(std::string_view hex) { return from_hex(hex).value(); }

TEST(Allocations, OfATransactionAreNone) {
  const Bytes bytes = bytes_of(testing::kGenesisCoinbase);
  EXPECT_EQ(allocations_of([&] { return parse<Tx>(bytes)->transaction.ids(); }), 0u);
}

TEST(Allocations, OfABlockAreOne) {
  const Bytes bytes = bytes_of(testing::genesis_block());
  EXPECT_EQ(allocations_of([&] { return parse<Block>(bytes); }), 1u);
}

TEST(Allocations, OfARealBlockAreOneAndOneForItsIds) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, "data/mainnet_block_866342.bin");
  EXPECT_EQ(allocations_of([&] { return parse<Block>(bytes); }), 1u);
  const auto block = parse<Block>(bytes);
  ids_of(*block);  // the kernel for hashes is chosen at first use, which allocates
  EXPECT_EQ(allocations_of([&] { return ids_of(*block); }), 1u);
}

TEST(Allocations, OfABlockThatClaimsMoreThanCouldFitAreNone) {
  std::string hex(testing::kGenesisHeader);
  hex += "fdffff" + std::string(2 * 1000, '0');
  const Bytes bytes = bytes_of(hex);
  EXPECT_EQ(allocations_of([&] { return parse<Block>(bytes); }), 0u);
}

TEST(Allocations, OfHeadersAreNone) {
  Bytes bytes;
  Writer writer(bytes);
  write_headers(writer, std::vector<BlockHeader>(kMaxHeaders));
  EXPECT_EQ(allocations_of([&] { return parse<Headers>(bytes); }), 0u);
}

TEST(Allocations, OfALocatorAreOne) {
  GetHeaders message;
  message.locator.hashes.resize(kMaxLocatorHashes);
  const Bytes bytes = serialize(message);
  EXPECT_EQ(allocations_of([&] { return parse<GetHeaders>(bytes); }), 1u);
}

TEST(Allocations, OfALocatorOverItsLimitAreNone) {
  Bytes bytes(4);
  Writer(bytes).compact_size(1'000'000);
  bytes.resize(40'000'000);
  EXPECT_EQ(allocations_of([&] { return parse<GetHeaders>(bytes); }), 0u);
}

}  // namespace
}  // namespace veilwire::wire

#include "veilwire/wire/short_ids.h"

#include <gtest/gtest.h>

#include <numeric>

#include "veilwire/base/hex.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/testing/genesis.h"

namespace veilwire::wire {
namespace {

// The figure comes from a few lines of Python that were written from the BIP.
TEST(ShortIds, AreTheLow48BitsOfSipHashUnderTheKeyOfHeaderAndNonce) {
  const auto header = parse<BlockHeader>(from_hex(testing::kGenesisHeader).value()).value();
  Hash256 wtxid{};
  std::iota(wtxid.begin(), wtxid.end(), std::uint8_t{0});
  EXPECT_EQ(ShortIds(header, 0x0123'4567'89ab'cdef).of(wtxid).value, 0xe8970d904e3du);
  EXPECT_NE(ShortIds(header, 1).of(wtxid), ShortIds(header, 2).of(wtxid));
}

}  // namespace
}  // namespace veilwire::wire

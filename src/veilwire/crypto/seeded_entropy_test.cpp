#include "veilwire/crypto/seeded_entropy.h"

#include <gtest/gtest.h>

#include <set>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/testing/every_kernel.h"
#include "veilwire/crypto/testing/openssl_oracle.h"

namespace veilwire::crypto {
namespace {

class SeededEntropyOfEveryKernel : public EveryKernel {};
VEILWIRE_FOR_EVERY_KERNEL(SeededEntropyOfEveryKernel);

Bytes draw(SeededEntropy& entropy, std::size_t size) {
  Bytes out(size, 0xa5);
  EXPECT_TRUE(entropy.fill(out).has_value());
  return out;
}

// A run is replayed from its seed on another machine, with another kernel.
TEST_P(SeededEntropyOfEveryKernel, GivesChaCha20UnderTheSeedOnEveryMachine) {
  SeededEntropy entropy(0x0123456789abcdef);
  oracle::Key key{};
  store_le<std::uint64_t>(key.data(), 0x0123456789abcdef);
  EXPECT_EQ(draw(entropy, 300), oracle::chacha20(key, {}, 0, Bytes(300, 0)));
}

TEST(SeededEntropy, GivesTheSameForTheSameSeedAndCalls) {
  SeededEntropy a(7);
  SeededEntropy b(7);
  for (const std::size_t size : {0u, 1u, 63u, 64u, 65u, 4095u}) {
    EXPECT_EQ(draw(a, size), draw(b, size)) << size;
  }
}

TEST(SeededEntropy, GivesOtherBytesForOtherSeeds) {
  SeededEntropy a(7);
  SeededEntropy b(8);
  EXPECT_NE(draw(a, 32), draw(b, 32));
}

TEST(SeededEntropy, NeverGivesTheSameBytesTwice) {
  SeededEntropy entropy(7);
  std::set<Bytes> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(draw(entropy, 16)).second) << i;
}

}  // namespace
}  // namespace veilwire::crypto

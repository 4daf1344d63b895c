#include "veilwire/crypto/sha3.h"

#include <gtest/gtest.h>

#include "veilwire/base/hex.h"

namespace veilwire::crypto {
namespace {

// NIST's examples for FIPS 202: no bits, and 1600 bits.
TEST(Sha3, GivesTheDigestsOfNist) {
  EXPECT_EQ(to_hex(sha3_256({})),
            "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
  EXPECT_EQ(to_hex(sha3_256(Bytes(200, 0xa3))),
            "79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787");
}

}  // namespace
}  // namespace veilwire::crypto

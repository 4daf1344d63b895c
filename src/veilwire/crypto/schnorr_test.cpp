#include "veilwire/crypto/schnorr.h"

#include <gtest/gtest.h>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/testing/signer.h"

namespace veilwire::crypto {
namespace {

Bytes bytes_of(std::string_view hex) { return from_hex(hex).value(); }

bool verify(std::string_view key, std::string_view message, std::string_view signature) {
  const Bytes key_bytes = bytes_of(key);
  const Bytes signature_bytes = bytes_of(signature);
  return verify_schnorr(XOnlyKeyView(key_bytes), std::span<const std::uint8_t, 64>(signature_bytes),
                        bytes_of(message));
}

constexpr std::string_view kKey =
    "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659";
constexpr std::string_view kMessage =
    "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89";
constexpr std::string_view kSignature =
    "6896bd60eeae296db48a229ff71dfe071bde413e6d43f917dc8dcf8c78de3341"
    "8906d11ac976abccb20b091292bff4ea897efcb639ea871cfa95f6de339e4b0a";

// Vectors 0 and 1 of BIP 340.
TEST(Schnorr, VerifiesTheVectorsOfBip340) {
  EXPECT_TRUE(verify("f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9",
                     "0000000000000000000000000000000000000000000000000000000000000000",
                     "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215"
                     "25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0"));
  EXPECT_TRUE(verify(kKey, kMessage, kSignature));
}

TEST(Schnorr, RefusesAnotherMessageKeyOrSignature) {
  std::string changed(kMessage);
  changed.back() = '8';
  EXPECT_FALSE(verify(kKey, changed, kSignature));
  changed = kSignature;
  changed.back() = 'b';
  EXPECT_FALSE(verify(kKey, kMessage, changed));
  // Vector 5: a key that is not on the curve.
  EXPECT_FALSE(verify("eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34", kMessage,
                      kSignature));
}

TEST(TaprootTweak, GivesTheKeyThatIsSignedFor) {
  const testing::Signer signer(9);
  const Hash256 tweak = sha256(Bytes{1});
  const Hash256 digest = sha256(Bytes{2});
  const auto tweaked = tweaked_key(signer.x_only_key(), tweak);
  ASSERT_TRUE(tweaked);
  const Bytes signature = signer.tweaked_schnorr(digest, tweak);
  EXPECT_TRUE(verify_schnorr(tweaked->key, std::span<const std::uint8_t, 64>(signature), digest));
}

TEST(TaprootTweak, IsOfOneKeyAndOneParityOnly) {
  const testing::Signer signer(9);
  const XOnlyKey internal = signer.x_only_key();
  const Hash256 tweak = sha256(Bytes{1});
  const TweakedKey output = tweaked_key(internal, tweak).value();
  const Parity other = output.parity == Parity::kOdd ? Parity::kEven : Parity::kOdd;
  EXPECT_TRUE(is_tweaked_key(output.key, output.parity, internal, tweak));
  EXPECT_FALSE(is_tweaked_key(output.key, other, internal, tweak));
  EXPECT_FALSE(is_tweaked_key(output.key, output.parity, internal, sha256(Bytes{2})));
  EXPECT_FALSE(is_tweaked_key(internal, output.parity, internal, tweak));
}

TEST(TaprootTweak, RefusesKeysOffTheCurveAndTweaksBeyondItsOrder) {
  const Bytes off = bytes_of("eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34");
  EXPECT_FALSE(tweaked_key(XOnlyKeyView(off), Hash256{1}));
  EXPECT_FALSE(is_tweaked_key(XOnlyKeyView(off), Parity::kEven, XOnlyKeyView(off), Hash256{1}));
  Hash256 beyond;
  beyond.fill(0xff);
  EXPECT_FALSE(tweaked_key(testing::Signer(9).x_only_key(), beyond));
}

}  // namespace
}  // namespace veilwire::crypto

#include "veilwire/crypto/yardstick.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/ecdsa.h"

namespace veilwire::crypto {
namespace {

Secret<32> counting_key(std::uint8_t first) {
  Secret<32> key;
  for (std::size_t i = 0; i < 32; ++i) {
    key.data()[i] = static_cast<std::uint8_t>(first + i);
  }
  return key;
}

TEST(Yardstick, OpenSslOpensWhatItSealed) {
  const Secret<32> key = counting_key(7);
  OpenSslAead sealer(OpenSslAead::Direction::kSeal, key);
  OpenSslAead opener(OpenSslAead::Direction::kOpen, key);
  for (std::uint64_t packet = 0; packet < 3; ++packet) {
    Bytes text(38, 0x5a);
    const Bytes plain = text;
    std::array<std::uint8_t, 16> tag{};
    ASSERT_TRUE(sealer.seal(packet, text, tag));
    EXPECT_NE(text, plain);
    ASSERT_TRUE(opener.open(packet, text, tag));
    EXPECT_EQ(text, plain);
  }
}

TEST(Yardstick, OpenSslRefusesAnotherPacketsNumber) {
  const Secret<32> key = counting_key(7);
  OpenSslAead sealer(OpenSslAead::Direction::kSeal, key);
  OpenSslAead opener(OpenSslAead::Direction::kOpen, key);
  Bytes text(38, 0x5a);
  std::array<std::uint8_t, 16> tag{};
  ASSERT_TRUE(sealer.seal(4, text, tag));
  EXPECT_FALSE(opener.open(5, text, tag));
}

TEST(Yardstick, BareExchangeAgreesWithOurs) {
  const BareEllSwift bare;
  const Secret<32> secret = counting_key(1);
  const std::array<std::uint8_t, 32> auxrnd{9};
  EllSwift64 encoding{};
  ASSERT_TRUE(bare.create(secret, auxrnd, encoding));
  const auto ours = ellswift_create(secret, auxrnd);
  ASSERT_TRUE(ours);
  EXPECT_EQ(ours->ellswift, encoding);

  EllSwift64 theirs{};
  ASSERT_TRUE(bare.create(counting_key(40), auxrnd, theirs));
  Secret<32> shared;
  ASSERT_TRUE(bare.exchange(secret, encoding, theirs, Initiating::kYes, shared));
  const auto expected = ellswift_shared_secret(*ours, theirs, Initiating::kYes);
  ASSERT_TRUE(expected);
  EXPECT_TRUE(std::ranges::equal(expected->span(), shared.span()));
}

Hash256 digest_of(std::uint8_t first) {
  Hash256 digest{};
  digest[0] = first;
  return digest;
}

TEST(Yardstick, VerifiesWhatItSigned) {
  const Hash256 secret = digest_of(9);
  const Bytes key = bare_public_key(secret);
  for (std::uint8_t i = 0; i < 8; ++i) {
    const Bytes signature = bare_sign_ecdsa(secret, digest_of(i));
    EXPECT_TRUE(bare_verify_ecdsa(key, signature, digest_of(i)));
    EXPECT_TRUE(verify_ecdsa(key, signature, digest_of(i)));
    EXPECT_FALSE(bare_verify_ecdsa(key, signature, digest_of(static_cast<std::uint8_t>(i + 1))));
    EXPECT_FALSE(bare_verify_ecdsa(bare_public_key(digest_of(10)), signature, digest_of(i)));
  }
}

// The generator itself.
TEST(Yardstick, PublicKeyOfOneIsTheGenerator) {
  Hash256 one{};
  one[31] = 1;
  EXPECT_EQ(to_hex(bare_public_key(one)),
            "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
}

TEST(Yardstick, RefusesASecretThatIsNoKey) {
  EXPECT_THROW(bare_public_key(Hash256{}), std::invalid_argument);
  EXPECT_THROW(bare_sign_ecdsa(Hash256{}, digest_of(1)), std::invalid_argument);
}

TEST(Yardstick, NamesOpenSslsVersion) {
  EXPECT_EQ(openssl_version().rfind("OpenSSL ", 0), 0u) << openssl_version();
}

}  // namespace
}  // namespace veilwire::crypto

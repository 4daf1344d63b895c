#include "veilwire/crypto/yardstick.h"

#include <gtest/gtest.h>

#include <algorithm>

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

TEST(Yardstick, NamesOpenSslsVersion) {
  EXPECT_EQ(openssl_version().rfind("OpenSSL ", 0), 0u) << openssl_version();
}

}  // namespace
}  // namespace veilwire::crypto

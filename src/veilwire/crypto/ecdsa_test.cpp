#include "veilwire/crypto/ecdsa.h"

#include <gtest/gtest.h>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/testing/signer.h"

namespace veilwire::crypto {
namespace {

using testing::KeyForm;
using testing::Signer;

const Hash256 kDigest = sha256(Bytes{1, 2, 3});

Bytes bytes_of(std::string_view hex) { return from_hex(hex).value(); }

// The order of the curve less `number`.
CompactSignature with_other_s(CompactSignature signature) {
  const Bytes order = bytes_of("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int difference = order[i] - signature[32 + i] - borrow;
    borrow = difference < 0 ? 1 : 0;
    signature[32 + i] = static_cast<std::uint8_t>(difference + 256 * borrow);
  }
  return signature;
}

// Numbers with a zero before them, as DER would have them where their first bit is set.
Bytes der_of(const CompactSignature& signature) {
  Bytes der = {0x30, 70, 0x02, 33, 0};
  der.insert(der.end(), signature.begin(), signature.begin() + 32);
  der.insert(der.end(), {0x02, 33, 0});
  der.insert(der.end(), signature.begin() + 32, signature.end());
  return der;
}

TEST(Ecdsa, VerifiesWhatLibsecp256k1Signed) {
  const Signer signer(7);
  const Bytes signature = signer.ecdsa(kDigest);
  EXPECT_TRUE(verify_ecdsa(signer.public_key(), signature, kDigest));
  EXPECT_TRUE(verify_ecdsa(signer.public_key(KeyForm::kUncompressed), signature, kDigest));
  EXPECT_FALSE(verify_ecdsa(Signer(8).public_key(), signature, kDigest));
  EXPECT_FALSE(verify_ecdsa(signer.public_key(), signature, Hash256{}));
}

TEST(Ecdsa, TakesAHighSToo) {
  const Signer signer(7);
  const CompactSignature low = parse_lax_der(signer.ecdsa(kDigest)).value();
  const Bytes high = der_of(with_other_s(low));
  EXPECT_TRUE(ecdsa_has_low_s(der_of(low)));
  EXPECT_FALSE(ecdsa_has_low_s(high));
  EXPECT_TRUE(verify_ecdsa(signer.public_key(), high, kDigest));
}

TEST(Ecdsa, TakesHybridKeysOfTheRightParityOnly) {
  const Signer signer(7);
  const Bytes signature = signer.ecdsa(kDigest);
  Bytes key = signer.public_key(KeyForm::kUncompressed);
  key[0] = static_cast<std::uint8_t>(6 + (key[64] & 1));
  EXPECT_TRUE(verify_ecdsa(key, signature, kDigest));
  key[0] ^= 1;
  EXPECT_FALSE(verify_ecdsa(key, signature, kDigest));
}

TEST(Ecdsa, RefusesKeysOfAnotherLengthThanTheirPrefixSays) {
  const Signer signer(7);
  const Bytes signature = signer.ecdsa(kDigest);
  Bytes key = signer.public_key();
  key.push_back(0);
  EXPECT_FALSE(verify_ecdsa(key, signature, kDigest));
  key.resize(32);
  EXPECT_FALSE(verify_ecdsa(key, signature, kDigest));
  EXPECT_FALSE(verify_ecdsa({}, signature, kDigest));
  key.assign(33, 0);
  EXPECT_FALSE(verify_ecdsa(key, signature, kDigest));
}

TEST(LaxDer, OverlooksTheOuterLengthAndWhatFollows) {
  const Bytes signature = bytes_of("30ff" + std::string(2 * 127, '0') + "020105020107dead");
  const auto compact = parse_lax_der(signature);
  ASSERT_TRUE(compact);
  EXPECT_EQ((*compact)[31], 5);
  EXPECT_EQ((*compact)[63], 7);
}

TEST(LaxDer, TakesLengthsInLongFormAndPaddedNumbers) {
  const auto compact =
      parse_lax_der(bytes_of("3000"
                             "028500000000030000ff"
                             "0204000000"
                             "07"));
  ASSERT_TRUE(compact);
  EXPECT_EQ((*compact)[31], 0xff);
  EXPECT_EQ((*compact)[63], 7);
}

TEST(LaxDer, RefusesLengthsOfFourBytesAfterTheirZeros) {
  EXPECT_FALSE(
      parse_lax_der(bytes_of("3000028401000000"
                             "05"
                             "020107")));
  EXPECT_FALSE(parse_lax_der(bytes_of("300002ff05020107")));
}

TEST(LaxDer, RefusesWhatHasNoTwoNumbers) {
  for (const std::string_view hex : {"", "30", "3081", "310602010102", "300603010102", "30060202",
                                     "3006020101", "300602010103", "3006020101020502"}) {
    EXPECT_FALSE(parse_lax_der(bytes_of(hex))) << hex;
  }
}

TEST(LaxDer, MakesZerosOfNumbersOver256Bits) {
  const Bytes signature = bytes_of(
      "3000"
      "0221"
      "01" +
      std::string(64, '0') + "020107");
  EXPECT_EQ(parse_lax_der(signature), CompactSignature{});
  EXPECT_TRUE(ecdsa_has_low_s(signature));
  EXPECT_FALSE(verify_ecdsa(Signer(7).public_key(), signature, kDigest));
}

// One beyond the order of the curve: read as two zeros, as it always was.
TEST(LaxDer, CountsANumberBeyondTheOrderAsLow) {
  const Bytes signature = bytes_of(
      "3000"
      "020105"
      "0221"
      "00" +
      std::string(64, 'f'));
  EXPECT_TRUE(ecdsa_has_low_s(signature));
  EXPECT_FALSE(verify_ecdsa(Signer(7).public_key(), signature, kDigest));
}

}  // namespace
}  // namespace veilwire::crypto

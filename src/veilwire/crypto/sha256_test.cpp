#include "veilwire/crypto/sha256.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// FIPS 180-2, appendix B, and NIST's examples.
TEST(Sha256, GivesTheDigestsOfNist) {
  EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256(view_of("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(view_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(Bytes(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Bitcoin's genesis block: the id of its 80-byte header, in memory order.
TEST(Sha256, GivesBitcoinsIdsWhenTakenTwice) {
  const Bytes header =
      from_hex(
          "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b2"
          "7ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c")
          .value();
  EXPECT_EQ(to_hex(sha256d(header)),
            "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000");
}

// Cuts within, at and across blocks of 64 bytes, parts of nothing, and no parts at all.
TEST(Sha256, OverPartsIsThatOverTheWhole) {
  RandomBytes random(79);
  EXPECT_EQ(sha256d_of_parts({}), sha256d({}));
  for (int round = 0; round < 400; ++round) {
    const Bytes whole = random.bytes(random.below(400));
    std::vector<ByteView> parts;
    for (ByteView rest = whole; !rest.empty();) {
      const std::size_t size = random.below(std::min<std::size_t>(rest.size(), 130) + 1);
      parts.push_back(rest.first(size));
      rest = rest.subspan(size);
    }
    ASSERT_EQ(sha256d_of_parts(parts), sha256d(whole)) << whole.size() << " in " << parts.size();
  }
}

std::string hkdf_hex(std::string_view ikm, std::string_view salt, std::string_view info,
                     std::size_t size) {
  Bytes out(size);
  HkdfSha256(from_hex(salt).value(), from_hex(ikm).value()).expand(from_hex(info).value(), out);
  return to_hex(out);
}

// RFC 5869, appendix A, the cases with SHA-256.
TEST(HkdfSha256, GivesTheOutputsOfRfc5869) {
  EXPECT_EQ(hkdf_hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
                     "f0f1f2f3f4f5f6f7f8f9", 42),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
            "34007208d5b887185865");
  EXPECT_EQ(hkdf_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                     "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
                     "404142434445464748494a4b4c4d4e4f",
                     "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
                     "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
                     "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
                     "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
                     "d0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef"
                     "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
                     82),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
            "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
            "cc30c58179ec3e87c14c01d5c1f3434f1d87");
  EXPECT_EQ(hkdf_hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "", 42),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
            "9d201395faa4b61a96c8");
}

Bytes openssl_hkdf(ByteView salt, ByteView ikm, ByteView info, std::size_t size) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr), EVP_PKEY_CTX_free);
  Bytes out(size);
  const auto length = [](ByteView view) { return static_cast<int>(view.size()); };
  const bool done = EVP_PKEY_derive_init(context.get()) == 1 &&
                    EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) == 1 &&
                    EVP_PKEY_CTX_set1_hkdf_salt(context.get(), salt.data(), length(salt)) == 1 &&
                    EVP_PKEY_CTX_set1_hkdf_key(context.get(), ikm.data(), length(ikm)) == 1 &&
                    EVP_PKEY_CTX_add1_hkdf_info(context.get(), info.data(), length(info)) == 1 &&
                    EVP_PKEY_derive(context.get(), out.data(), &size) == 1;
  if (!done) std::abort();
  return out;
}

// Keys and salts below, at and over a block of 64 bytes, outputs over several blocks.
TEST(HkdfSha256, AgreesWithOpenSslForManyLengths) {
  RandomBytes random(80);
  for (int round = 0; round < 400; ++round) {
    const Bytes salt = random.bytes(1 + random.below(140));
    const Bytes ikm = random.bytes(1 + random.below(140));
    const Bytes info = random.bytes(1 + random.below(140));
    Bytes out(1 + random.below(round % 20 == 0 ? 255 * 32 : 100));
    HkdfSha256(salt, ikm).expand(info, out);
    ASSERT_EQ(to_hex(out), to_hex(openssl_hkdf(salt, ikm, info, out.size()))) << round;
  }
}

TEST(HkdfSha256, ExpandsToTheLongestOutputOfTheRfc) {
  RandomBytes random(81);
  const Bytes salt = random.bytes(20);
  const Bytes ikm = random.bytes(32);
  const Bytes info = random.bytes(10);
  Bytes out(255 * 32);
  HkdfSha256(salt, ikm).expand(info, out);
  EXPECT_EQ(out, openssl_hkdf(salt, ikm, info, out.size()));
}

TEST(HkdfSha256, ExpandsToKeysAsToBytes) {
  RandomBytes random(82);
  const HkdfSha256 hkdf(random.bytes(16), random.bytes(32));
  Bytes out(32);
  hkdf.expand(view_of("initiator_L"), out);
  EXPECT_EQ(to_hex(hkdf.expand32("initiator_L").span()), to_hex(out));
  EXPECT_NE(to_hex(hkdf.expand32("initiator_P").span()), to_hex(out));
}

TEST(HkdfSha256, WritesNothingForAnEmptyOutput) {
  const HkdfSha256 hkdf(Bytes{1}, Bytes{2});
  hkdf.expand({}, {});
}

}  // namespace
}  // namespace veilwire::crypto

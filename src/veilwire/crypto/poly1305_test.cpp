#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/chacha20poly1305.h"
#include "veilwire/crypto/testing/every_kernel.h"
#include "veilwire/crypto/testing/openssl_oracle.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

class Poly1305 : public EveryKernel {};
VEILWIRE_FOR_EVERY_KERNEL(Poly1305);

ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string tag_hex(std::string_view key_hex, ByteView message) {
  Secret<32> key;
  const Bytes bytes = from_hex(key_hex).value();
  std::copy_n(bytes.begin(), 32, key.data());
  return to_hex(poly1305(key, message));
}

// RFC 8439, 2.5.2.
TEST_P(Poly1305, GivesTheTagOfRfc8439) {
  EXPECT_EQ(tag_hex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
                    view_of("Cryptographic Forum Research Group")),
            "a8061dc1305136c6c22b8baf0c0127a9");
}

struct Vector {
  std::string_view what;
  std::string_view key;
  std::string_view message;
  std::string_view tag;
};

// RFC 8439, appendix A.3, the vectors with messages in hexadecimal.
constexpr Vector kVectors[] = {
    {"1: all zero", "0000000000000000000000000000000000000000000000000000000000000000",
     "0000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000000000",
     "00000000000000000000000000000000"},
    {"5: the accumulator reaches 2^130 - 2 and more",
     "0200000000000000000000000000000000000000000000000000000000000000",
     "ffffffffffffffffffffffffffffffff", "03000000000000000000000000000000"},
    {"6: adding s carries over 2^128",
     "02000000000000000000000000000000ffffffffffffffffffffffffffffffff",
     "02000000000000000000000000000000", "03000000000000000000000000000000"},
    {"7: a carry through all of the accumulator",
     "0100000000000000000000000000000000000000000000000000000000000000",
     "fffffffffffffffffffffffffffffffff0ffffffffffffffffffffffffffffff"
     "11000000000000000000000000000000",
     "05000000000000000000000000000000"},
    {"8: the accumulator ends at p",
     "0100000000000000000000000000000000000000000000000000000000000000",
     "fffffffffffffffffffffffffffffffffbfefefefefefefefefefefefefefefe"
     "01010101010101010101010101010101",
     "00000000000000000000000000000000"},
    {"9: the accumulator ends just below p",
     "0200000000000000000000000000000000000000000000000000000000000000",
     "fdffffffffffffffffffffffffffffff", "faffffffffffffffffffffffffffffff"},
    {"10: a product with a carry in its middle",
     "0100000000000000040000000000000000000000000000000000000000000000",
     "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000"
     "0000000000000000000000000000000001000000000000000000000000000000",
     "14000000000000005500000000000000"},
    {"11: the same, ended a block earlier",
     "0100000000000000040000000000000000000000000000000000000000000000",
     "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000"
     "00000000000000000000000000000000",
     "13000000000000000000000000000000"},
};

TEST_P(Poly1305, GivesTheEdgeTagsOfRfc8439) {
  for (const Vector& vector : kVectors) {
    EXPECT_EQ(tag_hex(vector.key, from_hex(vector.message).value()), vector.tag) << vector.what;
  }
}

constexpr std::string_view kIetfText =
    "Any submission to the IETF intended by the Contributor for publication as all or part of an "
    "IETF Internet-Draft or RFC and any statement made within the context of an IETF activity is "
    "considered an \"IETF Contribution\". Such statements include oral statements in IETF "
    "sessions, as well as written and electronic communications made at any time or place, which "
    "are addressed to";

// RFC 8439, appendix A.3, 2 to 4.
TEST_P(Poly1305, GivesTheTagsOfTheTextsOfRfc8439) {
  EXPECT_EQ(tag_hex("0000000000000000000000000000000036e5f6b5c5e06070f0efca96227a863e",
                    view_of(kIetfText)),
            "36e5f6b5c5e06070f0efca96227a863e");
  EXPECT_EQ(tag_hex("36e5f6b5c5e06070f0efca96227a863e00000000000000000000000000000000",
                    view_of(kIetfText)),
            "f3477e7cd95417af89a6b8794c310cf0");
  EXPECT_EQ(tag_hex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
                    view_of("'Twas brillig, and the slithy toves\nDid gyre and gimble in the "
                            "wabe:\nAll mimsy were the borogoves,\nAnd the mome raths outgrabe.")),
            "4541669a7eaaee61e708dc7cbcc5eb62");
}

TEST_P(Poly1305, AgreesWithOpenSslForEveryLength) {
  RandomBytes random(10);
  const Bytes message = random.bytes(4200);
  for (std::size_t size = 0; size <= message.size(); ++size) {
    const auto key = random.array<32>();
    const ByteView part = ByteView(message).first(size);
    ASSERT_EQ(poly1305(Secret<32>(key), part), oracle::poly1305(key, part)) << size;
  }
}

// Bytes of nothing but 0x00 and 0xff in key and message: every limb at its least or its largest.
TEST_P(Poly1305, AgreesWithOpenSslWhereLimbsAreExtreme) {
  RandomBytes random(11);
  const auto extreme = [&](ByteSpan bytes) {
    for (std::uint8_t& byte : bytes) byte = random.one_in(4) ? 0x00 : 0xff;
  };
  for (int round = 0; round < 2000; ++round) {
    oracle::Key key;
    extreme(key);
    Bytes message(random.below(1200));
    extreme(message);
    ASSERT_EQ(poly1305(Secret<32>(key), message), oracle::poly1305(key, message))
        << to_hex(key) << " " << message.size();
  }
}

TEST_P(Poly1305, AgreesWithOpenSslWhereEveryBitIsSet) {
  oracle::Key key;
  key.fill(0xff);
  const Bytes message(20'000, 0xff);
  for (std::size_t size = 0; size <= message.size(); size += 16) {
    const ByteView part = ByteView(message).first(size);
    ASSERT_EQ(poly1305(Secret<32>(key), part), oracle::poly1305(key, part)) << size;
  }
}

}  // namespace
}  // namespace veilwire::crypto

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/chacha20poly1305.h"
#include "veilwire/crypto/testing/every_kernel.h"
#include "veilwire/crypto/testing/openssl_oracle.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

class ChaCha20 : public EveryKernel {};
VEILWIRE_FOR_EVERY_KERNEL(ChaCha20);

oracle::Key key_of(std::string_view hex) {
  oracle::Key key{};
  const Bytes bytes = from_hex(hex).value();
  std::copy_n(bytes.begin(), key.size(), key.begin());
  return key;
}

oracle::Nonce nonce_of(std::string_view hex) {
  oracle::Nonce nonce{};
  const Bytes bytes = from_hex(hex).value();
  std::copy_n(bytes.begin(), nonce.size(), nonce.begin());
  return nonce;
}

Bytes crypt(const oracle::Key& key, const oracle::Nonce& nonce, std::uint32_t first_block,
            ByteView in) {
  Bytes out(in.size());
  chacha20_xor(Secret<32>(key), nonce, first_block, in, out.data());
  return out;
}

constexpr std::string_view kZeroKey =
    "0000000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view kCountingKey =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr std::string_view kZeroNonce = "000000000000000000000000";

struct BlockVector {
  std::string_view key;
  std::string_view nonce;
  std::uint32_t counter;
  std::string_view block;
};

// RFC 8439, 2.3.2 and appendix A.1.
constexpr BlockVector kBlocks[] = {
    {kCountingKey, "000000090000004a00000000", 1,
     "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
     "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"},
    {kZeroKey, kZeroNonce, 0,
     "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
     "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"},
    {kZeroKey, kZeroNonce, 1,
     "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
     "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f"},
    {"0000000000000000000000000000000000000000000000000000000000000001", kZeroNonce, 1,
     "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
     "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0"},
    {"00ff000000000000000000000000000000000000000000000000000000000000", kZeroNonce, 2,
     "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
     "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096"},
    {kZeroKey, "000000000000000000000002", 0,
     "c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7"
     "8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d"},
};

TEST_P(ChaCha20, GivesTheBlocksOfRfc8439) {
  const Bytes zeros(64, 0);
  for (const BlockVector& vector : kBlocks) {
    EXPECT_EQ(to_hex(crypt(key_of(vector.key), nonce_of(vector.nonce), vector.counter, zeros)),
              vector.block);
  }
}

// RFC 8439, 2.4.2.
TEST_P(ChaCha20, EncryptsTheTextOfRfc8439) {
  constexpr std::string_view kText =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";
  const ByteView text(reinterpret_cast<const std::uint8_t*>(kText.data()), kText.size());
  EXPECT_EQ(to_hex(crypt(key_of(kCountingKey), nonce_of("000000000000004a00000000"), 1, text)),
            "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0b"
            "f91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8"
            "07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736"
            "5af90bbf74a35be6b40b8eedf2785e42874d");
}

TEST_P(ChaCha20, AgreesWithOpenSslForEveryLength) {
  RandomBytes random(1);
  const auto key = random.array<32>();
  const auto nonce = random.array<12>();
  const Bytes text = random.bytes(4200);
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const ByteView in = ByteView(text).first(size);
    ASSERT_EQ(crypt(key, nonce, 7, in), oracle::chacha20(key, nonce, 7, in)) << size;
  }
}

TEST_P(ChaCha20, WorksInPlaceAtEveryAlignment) {
  RandomBytes random(2);
  const auto key = random.array<32>();
  const auto nonce = random.array<12>();
  for (std::size_t offset = 0; offset < 64; ++offset) {
    const std::size_t size = 1000 + offset;
    Bytes memory = random.bytes(offset + size + 32);
    const Bytes before = memory;
    const ByteSpan place = ByteSpan(memory).subspan(offset, size);
    const Bytes expected = oracle::chacha20(key, nonce, 0, place);
    chacha20_xor(Secret<32>(key), nonce, 0, place, place.data());
    ASSERT_TRUE(std::equal(place.begin(), place.end(), expected.begin())) << offset;
    ASSERT_TRUE(std::equal(memory.begin(), memory.begin() + static_cast<std::ptrdiff_t>(offset),
                           before.begin()));
    ASSERT_TRUE(std::equal(memory.end() - 32, memory.end(), before.end() - 32)) << offset;
  }
}

TEST_P(ChaCha20, CountsItsBlocksInAllThirtyTwoBits) {
  RandomBytes random(3);
  const auto key = random.array<32>();
  const auto nonce = random.array<12>();
  const Bytes text = random.bytes(64 * 40);
  // A carry into every byte of the counter, in every lane of a vector.
  for (const std::uint32_t boundary : {0x100u, 0x10000u, 0x1000000u, 0x80000000u}) {
    for (std::uint32_t before = 0; before <= 20; ++before) {
      const std::uint32_t first = boundary - before;
      ASSERT_EQ(crypt(key, nonce, first, text), oracle::chacha20(key, nonce, first, text)) << first;
    }
  }
}

TEST_P(ChaCha20, GoesOnWhereAnEarlierCallEnded) {
  RandomBytes random(4);
  const auto key = random.array<32>();
  const auto nonce = random.array<12>();
  const Bytes text = random.bytes(64 * 50);
  const Bytes expected = oracle::chacha20(key, nonce, 0, text);
  for (std::uint32_t block = 0; block < 50; ++block) {
    const Bytes rest = crypt(key, nonce, block, ByteView(text).subspan(block * 64));
    ASSERT_TRUE(std::equal(rest.begin(), rest.end(), expected.begin() + block * 64)) << block;
  }
}

}  // namespace
}  // namespace veilwire::crypto

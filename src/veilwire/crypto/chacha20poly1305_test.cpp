#include "veilwire/crypto/chacha20poly1305.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/testing/every_kernel.h"
#include "veilwire/crypto/testing/openssl_oracle.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

class Aead : public EveryKernel {};
VEILWIRE_FOR_EVERY_KERNEL(Aead);

struct Parameters {
  oracle::Key key;
  oracle::Nonce nonce;
  Bytes aad;

  explicit Parameters(RandomBytes& random)
      : key(random.array<32>()),
        nonce(random.array<12>()),
        aad(random.bytes(random.one_in(4) ? 0 : random.below(90))) {}
};

// Memory with a margin on both sides that must stay as it was, and a place of any alignment in it.
class GuardedPlace {
 public:
  GuardedPlace(std::size_t size, std::size_t offset)
      : memory_(kMargin + offset + size + kMargin, kGuard),
        offset_(kMargin + offset),
        size_(size) {}

  ByteSpan span() { return ByteSpan(memory_).subspan(offset_, size_); }
  std::uint8_t* data() { return span().data(); }
  void put(ByteView bytes) {
    std::size_t at = offset_;
    for (const std::uint8_t byte : bytes) memory_.at(at++) = byte;
  }
  Bytes bytes() { return {span().begin(), span().end()}; }
  bool margins_untouched() const {
    const ByteView all(memory_);
    const auto is_guard = [](std::uint8_t byte) { return byte == kGuard; };
    return std::ranges::all_of(all.first(offset_), is_guard) &&
           std::ranges::all_of(all.subspan(offset_ + size_), is_guard);
  }

 private:
  static constexpr std::size_t kMargin = 64;
  static constexpr std::uint8_t kGuard = 0xa5;
  Bytes memory_;
  std::size_t offset_;
  std::size_t size_;
};

bool is_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// RFC 8439, 2.8.2.
TEST_P(Aead, SealsTheTextOfRfc8439) {
  const Bytes key =
      from_hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f").value();
  const Bytes nonce = from_hex("070000004041424344454647").value();
  const Bytes aad = from_hex("50515253c0c1c2c3c4c5c6c7").value();
  constexpr std::string_view kText =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";
  Bytes sealed(kText.size() + 16);
  chacha20poly1305_seal(Secret<32>(std::span<const std::uint8_t, 32>(key)), Nonce12(nonce), aad,
                        view_of(kText), sealed.data());
  EXPECT_EQ(to_hex(sealed),
            "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
            "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
            "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
            "3ff4def08e4b7a9de576d26586cec64b6116"
            "1ae10b594f09e26a7e902ecbd0600691");
}

void expect_like_openssl(RandomBytes& random, std::size_t size) {
  const Parameters with(random);
  const Secret<32> key(with.key);
  const Bytes text = random.bytes(size);
  const Bytes expected = oracle::seal(with.key, with.nonce, with.aad, text);

  GuardedPlace source(size, random.below(64));
  GuardedPlace sealed(size + 16, random.below(64));
  source.put(text);
  chacha20poly1305_seal(key, with.nonce, with.aad, source.span(), sealed.data());
  ASSERT_TRUE(sealed.bytes() == expected) << size << " bytes, apart";
  ASSERT_TRUE(source.bytes() == text && sealed.margins_untouched()) << size;

  GuardedPlace place(size + 16, random.below(64));
  place.put(text);
  chacha20poly1305_seal(key, with.nonce, with.aad, place.span().first(size), place.data());
  ASSERT_TRUE(place.bytes() == expected) << size << " bytes, in place";
  ASSERT_TRUE(place.margins_untouched()) << size;

  GuardedPlace opened(size, random.below(64));
  ASSERT_TRUE(chacha20poly1305_open(key, with.nonce, with.aad, sealed.span(), opened.data()));
  ASSERT_TRUE(opened.bytes() == text && opened.margins_untouched()) << size << " bytes, apart";
  ASSERT_TRUE(chacha20poly1305_open(key, with.nonce, with.aad, place.span(), place.data()));
  ASSERT_TRUE(std::ranges::equal(place.span().first(size), text)) << size << " bytes, in place";
  ASSERT_TRUE(place.margins_untouched()) << size;
}

TEST_P(Aead, AgreesWithOpenSslForEveryLength) {
  RandomBytes random(20);
  for (std::size_t size = 0; size <= 4200; ++size) {
    ASSERT_NO_FATAL_FAILURE(expect_like_openssl(random, size));
  }
}

TEST_P(Aead, AgreesWithOpenSslForLongTexts) {
  RandomBytes random(21);
  for (const std::size_t around : {8192u, 16384u, 65536u, 131072u, 1u << 20, 3u << 20}) {
    for (const std::size_t size : {around - 65, around - 16, around - 1, around, around + 1,
                                   around + 15, around + 64, around + random.below(3000)}) {
      ASSERT_NO_FATAL_FAILURE(expect_like_openssl(random, size));
    }
  }
}

// Bytes of nothing but ones reach the largest limbs of Poly1305 on the way.
TEST_P(Aead, OpensCiphertextsOfExtremeBytes) {
  RandomBytes random(22);
  for (std::size_t size = 0; size <= 1100; size += 11) {
    const Parameters with(random);
    const Bytes ciphertext(size, size % 2 == 0 ? 0xff : 0x00);
    // ChaCha20 is its own inverse: this text becomes that ciphertext.
    const Bytes text = oracle::chacha20(with.key, with.nonce, 1, ciphertext);
    Bytes sealed(size + 16);
    chacha20poly1305_seal(Secret<32>(with.key), with.nonce, with.aad, text, sealed.data());
    ASSERT_TRUE(std::equal(ciphertext.begin(), ciphertext.end(), sealed.begin())) << size;
    ASSERT_TRUE(sealed == oracle::seal(with.key, with.nonce, with.aad, text)) << size;
  }
}

enum class Where { kApart, kInPlace };

void expect_refused_and_wiped(const Parameters& with, ByteView aad, const Bytes& sealed,
                              Where where) {
  const std::size_t size = sealed.size() - 16;
  GuardedPlace source(sealed.size(), 3);
  source.put(sealed);
  GuardedPlace apart(size, 5);
  std::uint8_t* plaintext = where == Where::kApart ? apart.data() : source.data();
  ASSERT_FALSE(
      chacha20poly1305_open(Secret<32>(with.key), with.nonce, aad, source.span(), plaintext));
  ASSERT_TRUE(is_zero({plaintext, size})) << size;
  ASSERT_TRUE(apart.margins_untouched() && source.margins_untouched()) << size;
}

TEST_P(Aead, RefusesEveryFlippedBitAndWipesThePlaintext) {
  RandomBytes random(23);
  for (const std::size_t size : {0u, 1u, 15u, 64u, 200u}) {
    const Parameters with(random);
    const Bytes sealed = oracle::seal(with.key, with.nonce, with.aad, random.bytes(size));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
      Bytes damaged = sealed;
      damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1u << (bit % 8)));
      for (const Where where : {Where::kApart, Where::kInPlace}) {
        ASSERT_NO_FATAL_FAILURE(expect_refused_and_wiped(with, with.aad, damaged, where)) << bit;
      }
    }
  }
}

TEST_P(Aead, WipesLongPlaintextsWhoseTagIsWrong) {
  RandomBytes random(24);
  for (const std::size_t size : {1000u, 8192u, 8193u, 100'000u, 1'000'001u}) {
    const Parameters with(random);
    Bytes sealed = oracle::seal(with.key, with.nonce, with.aad, random.bytes(size));
    sealed[random.below(sealed.size())] ^= 0x10;
    for (const Where where : {Where::kApart, Where::kInPlace}) {
      ASSERT_NO_FATAL_FAILURE(expect_refused_and_wiped(with, with.aad, sealed, where));
    }
  }
}

TEST_P(Aead, RefusesOtherAssociatedData) {
  RandomBytes random(25);
  Parameters with(random);
  with.aad = random.bytes(20);
  const Bytes sealed = oracle::seal(with.key, with.nonce, with.aad, random.bytes(50));
  Bytes shorter(with.aad.begin(), with.aad.end() - 1);
  Bytes longer = with.aad;
  longer.push_back(0);
  Bytes changed = with.aad;
  changed[7] ^= 1;
  for (const Bytes& aad : {Bytes{}, shorter, longer, changed}) {
    ASSERT_NO_FATAL_FAILURE(expect_refused_and_wiped(with, aad, sealed, Where::kApart));
  }
}

TEST_P(Aead, RefusesWhatIsShorterThanATag) {
  RandomBytes random(26);
  const Parameters with(random);
  const Bytes sealed = oracle::seal(with.key, with.nonce, with.aad, {});
  std::uint8_t untouched = 0xa5;
  for (std::size_t size = 0; size < 16; ++size) {
    EXPECT_FALSE(chacha20poly1305_open(Secret<32>(with.key), with.nonce, with.aad,
                                       ByteView(sealed).first(size), &untouched));
  }
  EXPECT_EQ(untouched, 0xa5);
}

}  // namespace
}  // namespace veilwire::crypto

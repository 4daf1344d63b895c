#include "veilwire/crypto/fschacha20.h"

#include <gtest/gtest.h>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/testing/every_kernel.h"
#include "veilwire/crypto/testing/openssl_oracle.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

class LengthCipher : public EveryKernel {};
VEILWIRE_FOR_EVERY_KERNEL(LengthCipher);

using Chunk = std::array<std::uint8_t, kLengthChunkBytes>;

Chunk crypt(FsChaCha20& cipher, const Chunk& in) {
  Chunk out;
  cipher.crypt(in, out);
  return out;
}

Chunk naive_crypt(oracle::NaiveLengthCipher& cipher, const Chunk& in) {
  const Bytes out = cipher.crypt(in);
  return {out[0], out[1], out[2]};
}

// Lengths of zeros: the stream itself, through four rekeys.
TEST_P(LengthCipher, GivesTheStreamOfTheNaiveOneAcrossRekeys) {
  RandomBytes random(30);
  const auto key = random.array<32>();
  FsChaCha20 cipher{Secret<32>(key)};
  oracle::NaiveLengthCipher naive(key);
  for (int chunk = 0; chunk < 1000; ++chunk) {
    ASSERT_EQ(crypt(cipher, Chunk{}), naive_crypt(naive, Chunk{})) << chunk;
  }
}

TEST_P(LengthCipher, DecryptsWhatItEncryptedWheneverWhatWasAheadIsReleased) {
  RandomBytes random(31);
  const auto key = random.array<32>();
  FsChaCha20 encrypting{Secret<32>(key)};
  FsChaCha20 decrypting{Secret<32>(key)};
  oracle::NaiveLengthCipher naive(key);
  for (int chunk = 0; chunk < 1000; ++chunk) {
    if (random.one_in(5)) encrypting.release_ahead();
    if (random.one_in(50)) decrypting.release_ahead();
    const auto length = random.array<3>();
    const Chunk encrypted = crypt(encrypting, length);
    ASSERT_EQ(encrypted, naive_crypt(naive, length)) << chunk;
    ASSERT_EQ(crypt(decrypting, encrypted), length) << chunk;
  }
}

TEST_P(LengthCipher, WorksInPlace) {
  RandomBytes random(32);
  const auto key = random.array<32>();
  FsChaCha20 cipher{Secret<32>(key)};
  oracle::NaiveLengthCipher naive(key);
  for (int chunk = 0; chunk < 300; ++chunk) {
    auto length = random.array<3>();
    const Chunk expected = naive_crypt(naive, length);
    cipher.crypt(length, length);
    ASSERT_EQ(length, expected) << chunk;
  }
}

TEST_P(LengthCipher, HoldsNothingAheadWhenNewAndAfterRelease) {
  RandomBytes random(33);
  FsChaCha20 cipher(random.key());
  EXPECT_EQ(cipher.ahead_bytes(), 0u);
  crypt(cipher, Chunk{});
  EXPECT_GT(cipher.ahead_bytes(), 0u);
  EXPECT_LE(cipher.ahead_bytes(), 1024u);
  cipher.release_ahead();
  EXPECT_EQ(cipher.ahead_bytes(), 0u);
}

TEST_P(LengthCipher, ReleasesAtTheBorderOfAPeriod) {
  RandomBytes random(34);
  const auto key = random.array<32>();
  FsChaCha20 cipher{Secret<32>(key)};
  oracle::NaiveLengthCipher naive(key);
  for (int chunk = 0; chunk < 3 * 224; ++chunk) {
    if (chunk % 224 == 0 || chunk % 224 == 223) cipher.release_ahead();
    ASSERT_EQ(crypt(cipher, Chunk{}), naive_crypt(naive, Chunk{})) << chunk;
  }
}

TEST_P(LengthCipher, GoesOnAfterBeingMoved) {
  RandomBytes random(35);
  const auto key = random.array<32>();
  FsChaCha20 first{Secret<32>(key)};
  oracle::NaiveLengthCipher naive(key);
  for (int chunk = 0; chunk < 230; ++chunk) {
    ASSERT_EQ(crypt(first, Chunk{}), naive_crypt(naive, Chunk{})) << chunk;
  }
  FsChaCha20 second = std::move(first);
  ASSERT_EQ(crypt(second, Chunk{}), naive_crypt(naive, Chunk{}));
  FsChaCha20 third(random.key());
  third = std::move(second);
  for (int chunk = 0; chunk < 230; ++chunk) {
    ASSERT_EQ(crypt(third, Chunk{}), naive_crypt(naive, Chunk{})) << chunk;
  }
}

}  // namespace
}  // namespace veilwire::crypto

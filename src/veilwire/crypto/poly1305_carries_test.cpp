// Random messages do not reach the carries of Poly1305 that come once in 2^40 times, and each
// kernel has its own. These messages are made for them: with r a power of two the accumulator is a
// sum of the blocks that the test chooses, so that it comes to lie just at the border of a limb,
// whatever the limbs' size, and just at p = 2^130 - 5.
#include <gtest/gtest.h>

#include <array>

#include "veilwire/base/endian.h"
#include "veilwire/base/hex.h"
#include "veilwire/crypto/kernels/kernel_table.h"
#include "veilwire/crypto/kernels/poly1305_scalar.h"
#include "veilwire/crypto/testing/every_kernel.h"
#include "veilwire/crypto/testing/openssl_oracle.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

class Poly1305Carries : public EveryKernel {
 protected:
  const Kernel& kernel() const { return *GetParam(); }
};
VEILWIRE_FOR_EVERY_KERNEL(Poly1305Carries);

constexpr int kRounds = 20'000;
constexpr std::size_t kMostBlocks = 70;

struct Case {
  oracle::Key key{};
  Bytes message;  // whole blocks
};

Uint128 power_of_two(std::size_t exponent) { return exponent < 128 ? Uint128{1} << exponent : 0; }

// Powers of two that the clamping of r leaves, small sums of them, and all bits that it leaves.
void choose_r(oracle::Key& key, RandomBytes& random) {
  constexpr std::size_t kExponents[] = {0, 0, 0, 0, 1, 2, 27, 34, 44, 52, 66, 88, 104, 123};
  Uint128 r = power_of_two(kExponents[random.below(std::size(kExponents))]);
  if (random.one_in(8)) r += power_of_two(kExponents[random.below(std::size(kExponents))]);
  if (random.one_in(16)) r = ~Uint128{0};
  store_le(key.data(), static_cast<std::uint64_t>(r));
  store_le(key.data() + 8, static_cast<std::uint64_t>(r >> 64));
}

// Mostly 0, so that one block of ones just below a power of two stays the sum.
Uint128 chosen_block(RandomBytes& random) {
  const Uint128 power = power_of_two(random.below(129));
  switch (random.below(12)) {
    case 0:
      return power - 1 - random.below(3);
    case 1:
      return power;
    case 2:
      return Uint128{0} - power;
    default:
      return 0;
  }
}

// `taken_off_for_each_block` is what the AEAD's length block will add to the sum.
Case chosen_case(RandomBytes& random, Uint128 taken_off_for_each_block) {
  Case chosen;
  choose_r(chosen.key, random);
  if (random.one_in(3)) random.fill(std::span(chosen.key).subspan(16));
  const std::size_t blocks = 1 + random.below(kMostBlocks);
  const std::size_t special = random.below(blocks);
  chosen.message.resize(16 * blocks);
  for (std::size_t i = 0; i < blocks; ++i) {
    Uint128 block = chosen_block(random);
    if (i == special) {
      block = power_of_two(random.below(129)) - random.below(7);
      block -= taken_off_for_each_block * blocks;
    }
    store_le(chosen.message.data() + 16 * i, static_cast<std::uint64_t>(block));
    store_le(chosen.message.data() + 16 * i + 8, static_cast<std::uint64_t>(block >> 64));
  }
  return chosen;
}

// What the length block adds for each block of ciphertext: 16 bytes, in the upper half.
constexpr Uint128 kLengthOfABlock = Uint128{16} << 64;

Bytes with_length_block(const Bytes& message) {
  Bytes out = message;
  out.resize(message.size() + 16);
  store_le<std::uint64_t>(out.data() + message.size() + 8, message.size());
  return out;
}

oracle::Tag tag_of(const Poly1305State& state, const oracle::Key& key) {
  oracle::Tag tag;
  poly1305_end(state, key.data() + 16, tag.data());
  return tag;
}

TEST_P(Poly1305Carries, AreTakenOverWholeMessages) {
  RandomBytes random(100);
  for (int round = 0; round < kRounds; ++round) {
    const Case chosen = chosen_case(random, 0);
    Poly1305State state;
    poly1305_begin(state, chosen.key.data());
    kernel().poly1305(state, chosen.message.data(), chosen.message.size() / 16);
    ASSERT_EQ(tag_of(state, chosen.key), oracle::poly1305(chosen.key, chosen.message))
        << to_hex(chosen.key) << " " << to_hex(chosen.message);
  }
}

TEST_P(Poly1305Carries, AreTakenOverFromCallToCall) {
  RandomBytes random(101);
  for (int round = 0; round < kRounds; ++round) {
    const Case chosen = chosen_case(random, 0);
    const std::size_t blocks = chosen.message.size() / 16;
    const std::size_t first = random.below(blocks + 1);
    Poly1305State state;
    poly1305_begin(state, chosen.key.data());
    kernel().poly1305(state, chosen.message.data(), first);
    kernel().poly1305(state, chosen.message.data() + 16 * first, blocks - first);
    ASSERT_EQ(tag_of(state, chosen.key), oracle::poly1305(chosen.key, chosen.message))
        << to_hex(chosen.key) << " " << to_hex(chosen.message) << " " << first;
  }
}

TEST_P(Poly1305Carries, AreTakenInManyMessagesAtOnce) {
  RandomBytes random(102);
  for (int round = 0; round < kRounds / 8; ++round) {
    std::array<Case, 16> chosen;
    std::array<oracle::Tag, 16> tags;
    std::array<Poly1305Job, 16> jobs;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      chosen[i] = chosen_case(random, kLengthOfABlock);
      // The kernel may read on for 16 bytes.
      const std::size_t size = chosen[i].message.size();
      chosen[i].message.resize(size + 16, 0xee);
      jobs[i] = {chosen[i].key.data(), chosen[i].message.data(), size, tags[i].data()};
    }
    const std::size_t count = 1 + random.below(jobs.size());
    kernel().poly1305_many(jobs.data(), count);
    for (std::size_t i = 0; i < count; ++i) {
      chosen[i].message.resize(chosen[i].message.size() - 16);
      ASSERT_EQ(tags[i], oracle::poly1305(chosen[i].key, with_length_block(chosen[i].message)))
          << to_hex(chosen[i].key) << " " << to_hex(chosen[i].message) << " " << i << "/" << count;
    }
  }
}

TEST_P(Poly1305Carries, AreTakenWhileATextIsEncryptedOrDecrypted) {
  RandomBytes random(103);
  const auto stream_key = random.array<32>();
  const ChaChaInput base{.key32 = stream_key.data(), .counter = 1, .nonce = {1, 2, 3}};
  for (int round = 0; round < kRounds; ++round) {
    const Case chosen = chosen_case(random, 0);
    const std::size_t size = chosen.message.size();
    const oracle::Tag expected = oracle::poly1305(chosen.key, chosen.message);
    Poly1305State state;
    Bytes text(size), back(size);
    poly1305_begin(state, chosen.key.data());
    kernel().mac_and_decrypt(base, state, chosen.message.data(), text.data(), size);
    ASSERT_EQ(tag_of(state, chosen.key), expected)
        << to_hex(chosen.key) << " " << to_hex(chosen.message);
    poly1305_begin(state, chosen.key.data());
    kernel().encrypt_and_mac(base, state, text.data(), back.data(), size);
    ASSERT_EQ(back, chosen.message);
    ASSERT_EQ(tag_of(state, chosen.key), expected)
        << to_hex(chosen.key) << " " << to_hex(chosen.message);
  }
}

}  // namespace
}  // namespace veilwire::crypto

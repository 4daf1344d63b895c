// Each function of each kernel against the portable kernel's, which is the meaning, below anything
// that the ciphers make of it.
#include "veilwire/crypto/kernels/kernel_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/kernels/poly1305_scalar.h"
#include "veilwire/crypto/testing/every_kernel.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

class KernelTable : public EveryKernel {
 protected:
  const Kernel& kernel() const { return *GetParam(); }
};
VEILWIRE_FOR_EVERY_KERNEL(KernelTable);

constexpr std::uint8_t kGuard = 0xa5;

using Key = std::array<std::uint8_t, 32>;

// `key` must outlive what is returned.
ChaChaInput random_input(RandomBytes& random, const Key& key) {
  ChaChaInput input{.key32 = key.data(), .counter = 0, .nonce = {}};
  for (std::uint32_t& word : input.nonce) word = static_cast<std::uint32_t>(random.next());
  input.counter = static_cast<std::uint32_t>(random.below(1u << 20));
  return input;
}

Poly1305State random_mac(RandomBytes& random, Bytes& key32) {
  key32 = random.bytes(32);
  Poly1305State state;
  poly1305_begin(state, key32.data());
  // Not from nothing: an accumulator that has seen a few blocks.
  const Bytes before = random.bytes(16 * random.below(5));
  poly1305_scalar(state, before.data(), before.size() / 16);
  return state;
}

std::array<std::uint8_t, 16> tag_of(const Poly1305State& state, const Bytes& key32) {
  std::array<std::uint8_t, 16> tag;
  poly1305_end(state, key32.data() + 16, tag.data());
  return tag;
}

TEST_P(KernelTable, MakesTheSameKeystreamForAnyPositions) {
  RandomBytes random(70);
  for (std::size_t count = 0; count <= 70; ++count) {
    const Key key = random.array<32>();
    const ChaChaInput base = random_input(random, key);
    std::vector<BlockPosition> positions(count);
    for (BlockPosition& position : positions) {
      position = {.counter = static_cast<std::uint32_t>(random.next()),
                  .packet = static_cast<std::uint32_t>(random.next())};
    }
    Bytes expected(count * kBlockBytes + 1, kGuard);
    Bytes made = expected;
    kPortableKernel.keystream(base, positions.data(), count, expected.data());
    kernel().keystream(base, positions.data(), count, made.data());
    ASSERT_TRUE(made == expected) << count;
  }
}

TEST_P(KernelTable, XorsTheSameStreamForEveryLengthAndWritesNothingBeyond) {
  RandomBytes random(71);
  for (std::size_t size = 0; size <= 2200; ++size) {
    const Key key = random.array<32>();
    const ChaChaInput base = random_input(random, key);
    const Bytes in = random.bytes(size);
    Bytes expected(size + 64, kGuard);
    Bytes made = expected;
    kPortableKernel.xor_stream(base, in.data(), expected.data(), size);
    kernel().xor_stream(base, in.data(), made.data(), size);
    ASSERT_TRUE(made == expected) << size;
  }
}

TEST_P(KernelTable, TakesTheSameBlocksIntoTheAccumulator) {
  RandomBytes random(72);
  for (std::size_t count = 0; count <= 200; ++count) {
    Bytes key;
    const Poly1305State before = random_mac(random, key);
    const Bytes blocks = random.bytes(16 * count);
    Poly1305State expected = before;
    Poly1305State made = before;
    kPortableKernel.poly1305(expected, blocks.data(), count);
    kernel().poly1305(made, blocks.data(), count);
    ASSERT_EQ(tag_of(made, key), tag_of(expected, key)) << count;
  }
}

// A text that is authenticated in pieces: each call must take over what the one before it left, and
// the portable code what it leaves.
TEST_P(KernelTable, LeavesAnAccumulatorThatOtherCallsGoOnWith) {
  RandomBytes random(73);
  for (int round = 0; round < 500; ++round) {
    Bytes key;
    Poly1305State expected = random_mac(random, key);
    Poly1305State made = expected;
    for (std::size_t call = 0; call < 6; ++call) {
      const Bytes blocks(16 * random.below(80), random.one_in(2) ? 0xff : 0x5a);
      kPortableKernel.poly1305(expected, blocks.data(), blocks.size() / 16);
      const Kernel& next = random.one_in(3) ? kPortableKernel : kernel();
      next.poly1305(made, blocks.data(), blocks.size() / 16);
      ASSERT_LT(made.h[2], 8u);
    }
    ASSERT_EQ(tag_of(made, key), tag_of(expected, key)) << round;
  }
}

TEST_P(KernelTable, MakesTheSameTagsForManyMessagesAtOnce) {
  RandomBytes random(74);
  for (std::size_t count = 0; count <= 40; ++count) {
    for (int round = 0; round < 12; ++round) {
      const bool of_one_size = round % 3 == 0;
      const std::size_t size = random.below(round % 2 == 0 ? 80 : 1100);
      std::vector<Bytes> keys, messages;
      std::vector<std::array<std::uint8_t, 16>> expected(count), made(count);
      std::vector<Poly1305Job> expected_jobs, jobs;
      for (std::size_t i = 0; i < count; ++i) {
        keys.push_back(round == 5 ? Bytes(32, 0xff) : random.bytes(32));
        // With what lies in the place of the tag, which may be read and must not count.
        messages.push_back(random.bytes((of_one_size ? size : random.below(size + 1)) + 16));
      }
      for (std::size_t i = 0; i < count; ++i) {
        const Poly1305Job job = {keys[i].data(), messages[i].data(), messages[i].size() - 16,
                                 nullptr};
        jobs.push_back(job);
        jobs.back().tag16 = made[i].data();
        expected_jobs.push_back(job);
        expected_jobs.back().tag16 = expected[i].data();
      }
      kPortableKernel.poly1305_many(expected_jobs.data(), count);
      kernel().poly1305_many(jobs.data(), count);
      ASSERT_TRUE(made == expected) << count << " messages, round " << round;
    }
  }
}

using EncryptOrDecrypt = void (*Kernel::*)(const ChaChaInput&, Poly1305State&, const std::uint8_t*,
                                           std::uint8_t*, std::size_t);

void expect_same_text_and_mac(const Kernel& kernel, EncryptOrDecrypt function, RandomBytes& random,
                              std::size_t size) {
  const Key stream_key = random.array<32>();
  const ChaChaInput base = random_input(random, stream_key);
  Bytes key;
  const Poly1305State before = random_mac(random, key);
  const Bytes in = random.bytes(size);
  Bytes expected(size + 64, kGuard);
  Poly1305State expected_mac = before;
  (kPortableKernel.*function)(base, expected_mac, in.data(), expected.data(), size);

  Bytes apart(size + 64, kGuard);
  Poly1305State mac = before;
  (kernel.*function)(base, mac, in.data(), apart.data(), size);
  ASSERT_TRUE(apart == expected) << size << " bytes, apart";
  ASSERT_EQ(tag_of(mac, key), tag_of(expected_mac, key)) << size << " bytes, apart";

  Bytes place = in;
  place.resize(size + 64, kGuard);
  mac = before;
  (kernel.*function)(base, mac, place.data(), place.data(), size);
  ASSERT_TRUE(place == expected) << size << " bytes, in place";
  ASSERT_EQ(tag_of(mac, key), tag_of(expected_mac, key)) << size << " bytes, in place";
}

TEST_P(KernelTable, EncryptsAndAuthenticatesTheSameForEveryLength) {
  RandomBytes random(75);
  for (std::size_t size = 0; size <= 4200; ++size) {
    ASSERT_NO_FATAL_FAILURE(
        expect_same_text_and_mac(kernel(), &Kernel::encrypt_and_mac, random, size));
  }
}

TEST_P(KernelTable, AuthenticatesAndDecryptsTheSameForEveryLength) {
  RandomBytes random(76);
  for (std::size_t size = 0; size <= 4200; ++size) {
    ASSERT_NO_FATAL_FAILURE(
        expect_same_text_and_mac(kernel(), &Kernel::mac_and_decrypt, random, size));
  }
}

TEST_P(KernelTable, AgreesAroundTheBordersOfItsChunks) {
  RandomBytes random(77);
  for (std::size_t border = 4096; border <= 65536; border += 4096) {
    for (const std::size_t size : {border - 17, border - 1, border, border + 1, border + 65}) {
      ASSERT_NO_FATAL_FAILURE(
          expect_same_text_and_mac(kernel(), &Kernel::encrypt_and_mac, random, size));
      ASSERT_NO_FATAL_FAILURE(
          expect_same_text_and_mac(kernel(), &Kernel::mac_and_decrypt, random, size));
    }
  }
}

}  // namespace
}  // namespace veilwire::crypto

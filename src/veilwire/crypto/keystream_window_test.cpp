// What was made ahead for a packet is gone when the packet is: looked for in the memory itself.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>

#include "veilwire/crypto/chacha20poly1305.h"
#include "veilwire/crypto/fschacha20poly1305.h"
#include "veilwire/crypto/testing/every_kernel.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace {

// The last aligned block that was asked for. Of all that the tests of this folder allocate only
// what is made ahead is aligned.
std::uint8_t* aligned_block = nullptr;
std::size_t aligned_block_bytes = 0;

}  // namespace

void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto align = static_cast<std::size_t>(alignment);
  void* block = std::aligned_alloc(align, (size + align - 1) / align * align);
  if (block == nullptr) throw std::bad_alloc();
  aligned_block = static_cast<std::uint8_t*>(block);
  aligned_block_bytes = size;
  return block;
}
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }

namespace veilwire::crypto {
namespace {

class KeystreamAhead : public EveryKernel {};
VEILWIRE_FOR_EVERY_KERNEL(KeystreamAhead);

using Block = std::array<std::uint8_t, 64>;

// The first blocks of a packet's keystream in the first period of a key.
std::array<Block, 3> first_blocks(const Secret<32>& key, std::uint32_t packet) {
  const std::array<std::uint8_t, 12> nonce = {static_cast<std::uint8_t>(packet)};
  std::array<Block, 3> blocks{};
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    chacha20_xor(key, nonce, i, blocks[i], blocks[i].data());
  }
  return blocks;
}

bool holds(ByteView memory, ByteView part) { return !std::ranges::search(memory, part).empty(); }

TEST_P(KeystreamAhead, HoldsNothingOfAPacketThatIsDone) {
  if (kernel_name(*GetParam()) == "openssl") GTEST_SKIP() << "it makes nothing ahead.";
  RandomBytes random(7);
  const Secret<32> key = random.key();
  FsChaCha20Poly1305 cipher(key);
  Bytes out(3000);
  bool seen_ahead = false;
  for (std::uint32_t packet = 0; packet + 1 < kRekeyInterval; ++packet) {
    // Sizes that make the window change its shape again and again.
    const Bytes contents = random.bytes(random.below(random.one_in(4) ? 2000 : 300));
    cipher.seal({.first = 0, .rest = contents, .out = out.data()});
    const ByteView window(aligned_block, aligned_block_bytes);
    for (std::uint32_t done = packet < 40 ? 0 : packet - 40; done <= packet; ++done) {
      for (const Block& block : first_blocks(key, done)) {
        EXPECT_FALSE(holds(window, ByteView(block).first(16))) << done << " after " << packet;
      }
    }
    seen_ahead = seen_ahead || holds(window, first_blocks(key, packet + 1)[0]);
  }
  // Or the test would look in the wrong place.
  EXPECT_TRUE(seen_ahead);
}

}  // namespace
}  // namespace veilwire::crypto

// A kernel out of its two parts, ChaCha20 and Poly1305. For every kernel, compiled for its own
// instruction set, hence the unnamed namespace.
//
// `ChaCha` has the static functions keystream() and xor_stream() of Kernel, and kPassBlocks.
// `Poly` has the static functions add() and many(), which are poly1305() and poly1305_many() of
// Kernel, and a type for long texts:
//   Poly::LongMac(const Poly1305State&)               makes what it needs of r, once for a text
//   Poly::LongMac::add(Poly1305State&, blocks, count)  any number of blocks of 16 bytes
#pragma once

#include "veilwire/base/secret.h"
#include "veilwire/crypto/kernels/poly1305_scalar.h"

namespace veilwire::crypto {
namespace {

// -- Poly1305 -------------------------------------------------------------------------------------

// In 64-bit words.
struct ScalarPoly1305 {
  static void add(Poly1305State& state, const std::uint8_t* blocks, std::size_t count) {
    poly1305_scalar(state, blocks, count);
  }
  static void many(const Poly1305Job* jobs, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) poly1305_job<poly1305_scalar>(jobs[i]);
  }
  struct LongMac {
    explicit LongMac(const Poly1305State&) {}
    void add(Poly1305State& state, const std::uint8_t* blocks, std::size_t count) const {
      poly1305_scalar(state, blocks, count);
    }
  };
};

// In vectors where that pays. `Vectors` has
//   Powers, powers(r)                    the powers of r that it multiplies by
//   add(state, powers, blocks, count)    at least one block
template <typename Vectors>
struct VectorPoly1305 {
  // Below this many blocks, making the powers of r costs more than they save; once they are made,
  // fewer do.
  static constexpr std::size_t kLeastBlocks = 20;
  static constexpr std::size_t kLeastBlocksWithPowers = 10;

  static void add(Poly1305State& state, const std::uint8_t* blocks, std::size_t count) {
    if (count < kLeastBlocks) return poly1305_scalar(state, blocks, count);
    Vectors::add(state, Vectors::powers(state.r), blocks, count);
  }

  // A short message is done before a call for its blocks would be.
  [[gnu::always_inline]] static void one(const Poly1305Job& job) {
    if (job.size < 16 * kLeastBlocks) return poly1305_job<poly1305_scalar>(job);
    poly1305_job<add>(job);
  }
  static void many(const Poly1305Job* jobs, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) one(jobs[i]);
  }

  struct LongMac {
    explicit LongMac(const Poly1305State& state) : powers(Vectors::powers(state.r)) {}
    ~LongMac() { wipe(&powers, sizeof powers); }
    LongMac(const LongMac&) = delete;
    LongMac& operator=(const LongMac&) = delete;
    void add(Poly1305State& state, const std::uint8_t* blocks, std::size_t count) const {
      if (count < kLeastBlocksWithPowers) return poly1305_scalar(state, blocks, count);
      Vectors::add(state, powers, blocks, count);
    }
    typename Vectors::Powers powers;
  };
};

// -- Both, over a long text -----------------------------------------------------------------------

// The two take turns, chunk by chunk, so that the second finds in the cache what the first has
// touched: input and output lie together in half of the smallest first-level cache in use.
inline constexpr std::size_t kChunkBytes = 8 * 1024;

// Which of the two is the ciphertext.
enum class MacOf { kOutput, kInput };

template <typename LongMac>
void add_padded(const LongMac& mac, Poly1305State& state, const std::uint8_t* data,
                std::size_t size) {
  mac.add(state, data, size / 16);
  if (size % 16 != 0) poly1305_padded(state, data + size / 16 * 16, size % 16);
}

template <MacOf kMacOf, typename ChaCha, typename Poly>
void stream_and_mac(const ChaChaInput& base, Poly1305State& state, const std::uint8_t* in,
                    std::uint8_t* out, std::size_t size) {
  if (size == 0) return;
  const typename Poly::LongMac mac(state);
  ChaChaInput at = base;
  while (size > 0) {
    const std::size_t chunk = size < kChunkBytes ? size : kChunkBytes;
    if (kMacOf == MacOf::kInput) add_padded(mac, state, in, chunk);
    ChaCha::xor_stream(at, in, out, chunk);
    if (kMacOf == MacOf::kOutput) add_padded(mac, state, out, chunk);
    at.counter += kChunkBytes / kBlockBytes;
    in += chunk;
    out += chunk;
    size -= chunk;
  }
}

template <typename ChaCha, typename Poly>
constexpr Kernel kernel_of(std::string_view name) {
  return {
      .name = name,
      .pass_blocks = ChaCha::kPassBlocks,
      .keystream = ChaCha::keystream,
      .xor_stream = ChaCha::xor_stream,
      .poly1305 = Poly::add,
      .poly1305_many = Poly::many,
      .encrypt_and_mac = stream_and_mac<MacOf::kOutput, ChaCha, Poly>,
      .mac_and_decrypt = stream_and_mac<MacOf::kInput, ChaCha, Poly>,
      .whole = nullptr,
  };
}

}  // namespace
}  // namespace veilwire::crypto

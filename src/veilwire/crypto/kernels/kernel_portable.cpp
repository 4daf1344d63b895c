// The reference: what every other kernel must do, in plain C++ for any machine with 64-bit words.

#include "veilwire/base/secret.h"
#include "veilwire/crypto/kernels/kernel_of.h"

namespace veilwire::crypto {
namespace {

std::uint32_t rotate_left(std::uint32_t value, int bits) {
  return value << bits | value >> (32 - bits);
}

// RFC 8439, 2.1.
void quarter_round(std::uint32_t& a, std::uint32_t& b, std::uint32_t& c, std::uint32_t& d) {
  a += b, d = rotate_left(d ^ a, 16);
  c += d, b = rotate_left(b ^ c, 12);
  a += b, d = rotate_left(d ^ a, 8);
  c += d, b = rotate_left(b ^ c, 7);
}

// RFC 8439, 2.3: ten times a column round and a diagonal round, then the input is added.
void block(const ChaChaInput& input, std::uint32_t counter, std::uint32_t nonce0,
           std::uint8_t* out64) {
  std::uint32_t initial[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t pair = load64(input.key32 + 8 * i);
    initial[4 + 2 * i] = static_cast<std::uint32_t>(pair);
    initial[5 + 2 * i] = static_cast<std::uint32_t>(pair >> 32);
  }
  initial[12] = counter;
  initial[13] = nonce0;
  initial[14] = input.nonce[1];
  initial[15] = input.nonce[2];
  std::uint32_t x[16];
  std::memcpy(x, initial, sizeof x);
  for (int i = 0; i < 10; ++i) {
    quarter_round(x[0], x[4], x[8], x[12]);
    quarter_round(x[1], x[5], x[9], x[13]);
    quarter_round(x[2], x[6], x[10], x[14]);
    quarter_round(x[3], x[7], x[11], x[15]);
    quarter_round(x[0], x[5], x[10], x[15]);
    quarter_round(x[1], x[6], x[11], x[12]);
    quarter_round(x[2], x[7], x[8], x[13]);
    quarter_round(x[3], x[4], x[9], x[14]);
  }
  for (int i = 0; i < 16; i += 2) {
    const std::uint32_t low = x[i] + initial[i];
    const std::uint32_t high = x[i + 1] + initial[i + 1];
    store64(out64 + 4 * i, std::uint64_t{high} << 32 | low);
  }
  wipe(x, sizeof x);
  wipe(initial, sizeof initial);
}

struct PortableChaCha20 {
  // It makes one after the other; this many ahead, so that they are made in one place.
  static constexpr std::uint32_t kPassBlocks = 8;

  static void keystream(const ChaChaInput& base, const BlockPosition* positions, std::size_t count,
                        std::uint8_t* out) {
    for (std::size_t i = 0; i < count; ++i) {
      block(base, positions[i].counter, positions[i].packet, out + i * kBlockBytes);
    }
  }

  static void xor_stream(const ChaChaInput& base, const std::uint8_t* in, std::uint8_t* out,
                         std::size_t size) {
    std::uint8_t stream[kBlockBytes];
    for (std::uint32_t counter = base.counter; size > 0; ++counter) {
      block(base, counter, base.nonce[0], stream);
      const std::size_t part = size < kBlockBytes ? size : kBlockBytes;
      for (std::size_t i = 0; i < part; ++i) out[i] = in[i] ^ stream[i];
      in += part;
      out += part;
      size -= part;
    }
    wipe(stream, sizeof stream);
  }
};

}  // namespace

extern const Kernel kPortableKernel = kernel_of<PortableChaCha20, ScalarPoly1305>("portable");

}  // namespace veilwire::crypto

// OpenSSL's compression, one input at a time: what machines take that no kernel of ours is made for,
// and what is left over where there is no narrow one.

// OpenSSL 3 marks its low-level hash functions as deprecated; the others cost more than the hash.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <cstring>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/kernels/hash_table.h"

namespace veilwire::crypto {
namespace {

void compress(std::uint32_t* states, const std::uint8_t* const* blocks, std::size_t count) {
  SHA256_CTX context;
  std::memcpy(context.h, states, sizeof context.h);
  for (std::size_t i = 0; i < count; ++i) {
    SHA256_Transform(&context, blocks[0] + i * kHashBlockBytes);
  }
  std::memcpy(states, context.h, sizeof context.h);
}

void write_digest(const SHA256_CTX& context, std::uint8_t* out) {
  for (std::size_t i = 0; i < kStateWords; ++i) store_be(out + 4 * i, context.h[i]);
}

// The block's last words: the end mark behind `size` bytes of message, and their count in bits.
void pad(std::uint8_t (&block)[kHashBlockBytes], std::size_t size) {
  std::memset(block + size % kHashBlockBytes, 0, kHashBlockBytes - size % kHashBlockBytes);
  block[size % kHashBlockBytes] = 0x80;
  store_be(block + kHashBlockBytes - 4, static_cast<std::uint32_t>(8 * size));
}

void rehash(const std::uint32_t* states, std::uint8_t* out) {
  std::uint8_t block[kHashBlockBytes];
  for (std::size_t i = 0; i < kStateWords; ++i) store_be(block + 4 * i, states[i]);
  pad(block, kDigestBytes);
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Transform(&context, block);
  write_digest(context, out);
}

void sha256d_64(const std::uint8_t* rows, std::uint8_t* out) {
  std::uint8_t padding[kHashBlockBytes];
  pad(padding, kHashBlockBytes);
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Transform(&context, rows);
  SHA256_Transform(&context, padding);
  std::uint32_t state[kStateWords];
  std::memcpy(state, context.h, sizeof state);
  rehash(state, out);
}

}  // namespace

extern const HashKernel kOpenSslHashKernel = {
    .name = "openssl",
    .lanes = 1,
    .fewest_together = 1,
    .narrower = nullptr,
    .compress = compress,
    .rehash = rehash,
    .sha256d_64 = sha256d_64,
};

}  // namespace veilwire::crypto

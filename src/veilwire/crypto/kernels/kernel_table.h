// What an implementation of ChaCha20 and Poly1305 consists of. Private to crypto.
//
// The portable kernel is the meaning; every other only does the same faster. A kernel's file is
// compiled for its own instruction set, so it must hand out nothing inline that another file could
// share: it sees raw pointers, and what it includes lives in unnamed namespaces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace veilwire::crypto {

inline constexpr std::size_t kBlockBytes = 64;

// The input of one ChaCha20 block (RFC 8439, 2.3) without its constants. The key stays where it is,
// so that no copy of it has to be wiped.
struct ChaChaInput {
  const std::uint8_t* key32;
  std::uint32_t counter;
  std::uint32_t nonce[3];
};

// Where one block of a batch lies: block counter, and the first word of the nonce, which in BIP 324
// is the packet's number in its rekey period.
struct BlockPosition {
  std::uint32_t counter;
  std::uint32_t packet;
};

// Poly1305 (RFC 8439, 2.5) between blocks: the accumulator as three 64-bit words (the last holds a
// few bits), and the clamped r.
struct Poly1305State {
  std::uint64_t h[3];
  std::uint64_t r[2];
};

// One message to authenticate among several: a 32-byte one-time key, `size` bytes of ciphertext
// that are padded with zeros to a multiple of 16, then the length block of RFC 8439, 2.8 for no
// associated data. The tag is written to `tag16`. REQUIRES: 16 bytes after the ciphertext may be
// read (there lies its tag, or the room for it).
struct Poly1305Job {
  const std::uint8_t* key32;
  const std::uint8_t* data;
  std::size_t size;
  std::uint8_t* tag16;
};

// An AEAD done elsewhere in one piece. `in` and `out` may be equal.
struct WholeAead {
  void (*seal)(const std::uint8_t* key32, const std::uint8_t* nonce12, const std::uint8_t* aad,
               std::size_t aad_size, std::uint8_t* in_out, std::size_t size, std::uint8_t* tag16);
  // The verdict; `out` holds unverified bytes where it is false.
  bool (*open)(const std::uint8_t* key32, const std::uint8_t* nonce12, const std::uint8_t* aad,
               std::size_t aad_size, const std::uint8_t* in, std::size_t size,
               const std::uint8_t* tag16, std::uint8_t* out);
};

struct Kernel {
  std::string_view name;

  // Blocks that are best asked of keystream() at once: whole passes. From 8, the blocks of the
  // longest packet that is made ahead whole, to 32.
  std::uint32_t pass_blocks;

  // Writes `count` keystream blocks of 64 bytes; block i has key and nonce words 1..2 of `base`,
  // counter and nonce word 0 of positions[i].
  void (*keystream)(const ChaChaInput& base, const BlockPosition* positions, std::size_t count,
                    std::uint8_t* out);

  // out[i] = in[i] ^ keystream from block base.counter on. in == out or apart.
  void (*xor_stream)(const ChaChaInput& base, const std::uint8_t* in, std::uint8_t* out,
                     std::size_t size);

  // Takes `count` whole blocks of 16 bytes into the accumulator.
  void (*poly1305)(Poly1305State& state, const std::uint8_t* blocks, std::size_t count);

  // Tags of several messages with a key each.
  void (*poly1305_many)(const Poly1305Job* jobs, std::size_t count);

  // xor_stream, with the ciphertext taken into `mac` on the way, its end padded with zeros to 16
  // bytes: encrypting takes what it wrote, decrypting what it read.
  void (*encrypt_and_mac)(const ChaChaInput& base, Poly1305State& mac, const std::uint8_t* in,
                          std::uint8_t* out, std::size_t size);
  void (*mac_and_decrypt)(const ChaChaInput& base, Poly1305State& mac, const std::uint8_t* in,
                          std::uint8_t* out, std::size_t size);

  // Takes whole packets instead of the above, where it is not null.
  const WholeAead* whole;
};

extern const Kernel kPortableKernel;
extern const Kernel kOpenSslKernel;
#if defined(__x86_64__)
extern const Kernel kSse2Kernel;
extern const Kernel kAvx2Kernel;
extern const Kernel kAvx512Kernel;
#endif
#if defined(__aarch64__)
extern const Kernel kNeonKernel;
#endif

}  // namespace veilwire::crypto

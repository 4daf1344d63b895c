// RFC 8439 in its own terms: ChaCha20, Poly1305 and the AEAD of both, over the kernel in use.
// Constant time in keys, texts and tags; lengths are public.
#pragma once

#include <array>

#include "veilwire/base/bytes.h"
#include "veilwire/base/secret.h"

namespace veilwire::crypto {

using Nonce12 = std::span<const std::uint8_t, 12>;

// out[i] = in[i] ^ keystream, from block `first_block` on (RFC 8439, 2.4). `out` has in.size()
// bytes; equal to in.data() or apart.
void chacha20_xor(const Secret<32>& key, Nonce12 nonce, std::uint32_t first_block, ByteView in,
                  std::uint8_t* out);

// RFC 8439, 2.5. The key is for this one message.
std::array<std::uint8_t, 16> poly1305(const Secret<32>& key, ByteView message);

// RFC 8439, 2.8: writes plaintext.size() + 16 bytes to `out`, which may be plaintext.data().
void chacha20poly1305_seal(const Secret<32>& key, Nonce12 nonce, ByteView aad, ByteView plaintext,
                           std::uint8_t* out);

// Writes sealed.size() - 16 bytes to `plaintext`, which may be sealed.data(). False for a tag that
// does not verify, and for fewer than 16 bytes; what was written is wiped then.
[[nodiscard]] bool chacha20poly1305_open(const Secret<32>& key, Nonce12 nonce, ByteView aad,
                                         ByteView sealed, std::uint8_t* plaintext);

}  // namespace veilwire::crypto

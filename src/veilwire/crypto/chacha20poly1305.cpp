#include "veilwire/crypto/chacha20poly1305.h"

#include <cstring>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/aead.h"
#include "veilwire/crypto/kernel.h"
#include "veilwire/crypto/kernels/poly1305_scalar.h"

namespace veilwire::crypto {
namespace {

ChaChaInput input_at(const Secret<32>& key, Nonce12 nonce, std::uint32_t block) {
  ChaChaInput input{.key32 = key.data(), .counter = block, .nonce = {}};
  for (std::size_t i = 0; i < 3; ++i) input.nonce[i] = load_le<std::uint32_t>(&nonce[4 * i]);
  return input;
}

// RFC 8439, 2.6: the one-time key is the first half of block 0.
Secret<32> one_time_key(const Kernel& kernel, const ChaChaInput& block0) {
  Secret<32> key;
  kernel.xor_stream(block0, key.data(), key.data(), Secret<32>::size());
  return key;
}

}  // namespace

void chacha20_xor(const Secret<32>& key, Nonce12 nonce, std::uint32_t first_block, ByteView in,
                  std::uint8_t* out) {
  active_kernel().xor_stream(input_at(key, nonce, first_block), in.data(), out, in.size());
}

std::array<std::uint8_t, 16> poly1305(const Secret<32>& key, ByteView message) {
  Poly1305State state;
  poly1305_begin(state, key.data());
  const std::size_t whole = message.size() / 16;
  active_kernel().poly1305(state, message.data(), whole);
  if (const std::size_t tail = message.size() % 16; tail != 0) {
    // A short block ends in a one bit where a whole one has 2^128: take that one back.
    std::uint8_t block[16] = {};
    std::memcpy(block, message.data() + 16 * whole, tail);
    block[tail] = 1;
    state.h[2] -= 1;
    poly1305_scalar(state, block, 1);
  }
  std::array<std::uint8_t, 16> tag;
  poly1305_end(state, key.data() + 16, tag.data());
  wipe(&state, sizeof state);
  return tag;
}

void chacha20poly1305_seal(const Secret<32>& key, Nonce12 nonce, ByteView aad, ByteView plaintext,
                           std::uint8_t* out) {
  const Kernel& kernel = active_kernel();
  const std::size_t size = plaintext.size();
  if (kernel.whole != nullptr) {
    if (size != 0) std::memmove(out, plaintext.data(), size);
    kernel.whole->seal(key.data(), nonce.data(), aad.data(), aad.size(), out, size, out + size);
    return;
  }
  const Secret<32> mac_key = one_time_key(kernel, input_at(key, nonce, 0));
  AeadMac mac(kernel, mac_key.data(), aad);
  mac.encrypt(input_at(key, nonce, 1), plaintext.data(), out, size);
  mac.finish(out + size);
}

bool chacha20poly1305_open(const Secret<32>& key, Nonce12 nonce, ByteView aad, ByteView sealed,
                           std::uint8_t* plaintext) {
  if (sealed.size() < kAeadTagBytes) return false;
  const Kernel& kernel = active_kernel();
  const std::size_t size = sealed.size() - kAeadTagBytes;
  const std::uint8_t* received = sealed.data() + size;
  bool genuine = false;
  if (kernel.whole != nullptr) {
    genuine = kernel.whole->open(key.data(), nonce.data(), aad.data(), aad.size(), sealed.data(),
                                 size, received, plaintext);
  } else {
    const Secret<32> mac_key = one_time_key(kernel, input_at(key, nonce, 0));
    AeadMac mac(kernel, mac_key.data(), aad);
    mac.decrypt(input_at(key, nonce, 1), sealed.data(), plaintext, size);
    std::uint8_t tag[kAeadTagBytes];
    mac.finish(tag);
    genuine = tags_equal(tag, received);
  }
  if (!genuine) wipe(plaintext, size);
  return genuine;
}

}  // namespace veilwire::crypto

#include "veilwire/crypto/aead.h"

#include "veilwire/crypto/kernels/poly1305_scalar.h"

namespace veilwire::crypto {

AeadMac::AeadMac(const Kernel& kernel, const std::uint8_t* key32, ByteView aad)
    : kernel_(kernel), key32_(key32), aad_size_(aad.size()) {
  poly1305_begin(state_, key32);
  add(aad);
  size_ = 0;
}

AeadMac::~AeadMac() { wipe(&state_, sizeof state_); }

void AeadMac::add(ByteView ciphertext) {
  const std::size_t whole = ciphertext.size() / 16;
  kernel_.poly1305(state_, ciphertext.data(), whole);
  if (const std::size_t tail = ciphertext.size() % 16; tail != 0) {
    poly1305_padded(state_, ciphertext.data() + 16 * whole, tail);
  }
  size_ += ciphertext.size();
}

void AeadMac::encrypt(const ChaChaInput& at, const std::uint8_t* in, std::uint8_t* out,
                      std::size_t size) {
  kernel_.encrypt_and_mac(at, state_, in, out, size);
  size_ += size;
}

void AeadMac::decrypt(const ChaChaInput& at, const std::uint8_t* in, std::uint8_t* out,
                      std::size_t size) {
  kernel_.mac_and_decrypt(at, state_, in, out, size);
  size_ += size;
}

void AeadMac::finish(std::uint8_t* tag16) {
  poly1305_lengths(state_, aad_size_, size_);
  poly1305_end(state_, key32_ + 16, tag16);
}

bool tags_equal(const std::uint8_t* a16, const std::uint8_t* b16) {
  return equal_constant_time(a16, b16, kAeadTagBytes);
}

}  // namespace veilwire::crypto

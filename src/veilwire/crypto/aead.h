// The AEAD of RFC 8439, 2.8 in terms of a kernel, given the 32-byte one-time key of Poly1305 (block
// 0 of the keystream) and where the text's keystream begins. Private to crypto.
#pragma once

#include "veilwire/base/bytes.h"
#include "veilwire/base/secret.h"
#include "veilwire/crypto/kernels/kernel_table.h"

namespace veilwire::crypto {

inline constexpr std::size_t kAeadTagBytes = 16;

// Poly1305 over the AEAD's parts: associated data, ciphertext as it comes, the lengths.
class AeadMac {
 public:
  // `key32` must live as long as this object.
  AeadMac(const Kernel& kernel, const std::uint8_t* key32, ByteView aad);
  ~AeadMac();
  AeadMac(const AeadMac&) = delete;
  AeadMac& operator=(const AeadMac&) = delete;

  // The next part of the ciphertext. All but the last have a multiple of 16 bytes.
  void add(ByteView ciphertext);
  void encrypt(const ChaChaInput& at, const std::uint8_t* in, std::uint8_t* out, std::size_t size);
  void decrypt(const ChaChaInput& at, const std::uint8_t* in, std::uint8_t* out, std::size_t size);
  void finish(std::uint8_t* tag16);

 private:
  const Kernel& kernel_;
  const std::uint8_t* key32_;
  Poly1305State state_;
  std::uint64_t aad_size_;
  std::uint64_t size_ = 0;
};

// Compares in constant time; the verdict is public.
[[nodiscard]] bool tags_equal(const std::uint8_t* a16, const std::uint8_t* b16);

}  // namespace veilwire::crypto

#include "veilwire/crypto/sha3.h"

#include <openssl/evp.h>

#include <new>

namespace veilwire::crypto {

std::array<std::uint8_t, 32> sha3_256(ByteView data) {
  std::array<std::uint8_t, 32> digest{};
  if (EVP_Digest(data.data(), data.size(), digest.data(), nullptr, EVP_sha3_256(), nullptr) != 1) {
    throw std::bad_alloc();
  }
  return digest;
}

}  // namespace veilwire::crypto

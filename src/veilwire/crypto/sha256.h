// SHA-256, HMAC and HKDF over OpenSSL's hash. OpenSSL's high-level calls cost more than the hash on
// inputs this short, so the low-level ones are used. Constant time in the contents.
#pragma once

#include <array>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/base/secret.h"

namespace veilwire::crypto {

Hash256 sha256(ByteView data);
// SHA256(SHA256(data)): Bitcoin's checksums and ids.
Hash256 sha256d(ByteView data);
// The same over the parts one after the other, as if they were one run of bytes.
Hash256 sha256d_of_parts(std::span<const ByteView> parts);

// HKDF (RFC 5869) with SHA-256: one extraction, then any number of expansions.
class HkdfSha256 {
 public:
  // HKDF-Extract. The pseudorandom key is kept as two hash states and wiped with this object.
  HkdfSha256(ByteView salt, ByteView input_key_material);
  ~HkdfSha256();
  HkdfSha256(const HkdfSha256&) = delete;
  HkdfSha256& operator=(const HkdfSha256&) = delete;

  // HKDF-Expand to 32 bytes.
  Secret<32> expand32(std::string_view info) const;
  // HKDF-Expand to out.size() bytes. REQUIRES: out.size() <= 255 * 32.
  void expand(ByteView info, ByteSpan out) const;

 private:
  // SHA-256 chaining values after the inner and the outer padding of HMAC under the key.
  std::array<std::uint32_t, 8> inner_;
  std::array<std::uint32_t, 8> outer_;
};

}  // namespace veilwire::crypto

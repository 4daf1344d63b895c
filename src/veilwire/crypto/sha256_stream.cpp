// See sha256.cpp for why.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "veilwire/crypto/sha256_stream.h"

#include <openssl/sha.h>

#include <new>

#include "veilwire/crypto/sha256.h"

namespace veilwire::crypto {
namespace {

SHA256_CTX* context_of(std::byte* bytes) {
  return std::launder(reinterpret_cast<SHA256_CTX*>(bytes));
}

}  // namespace

Sha256Stream::Sha256Stream() {
  static_assert(sizeof(SHA256_CTX) <= sizeof context_ && alignof(SHA256_CTX) <= 8);
  SHA256_Init(::new (context_.data()) SHA256_CTX);
}

Sha256Stream Sha256Stream::tagged(std::string_view tag) {
  const Hash256 hash = sha256({reinterpret_cast<const std::uint8_t*>(tag.data()), tag.size()});
  Sha256Stream stream;
  stream.add(hash).add(hash);
  return stream;
}

Sha256Stream& Sha256Stream::add(ByteView data) {
  SHA256_Update(context_of(context_.data()), data.data(), data.size());
  return *this;
}

Hash256 Sha256Stream::finish() {
  Hash256 hash;
  SHA256_Final(hash.data(), context_of(context_.data()));
  return hash;
}

Hash256 Sha256Stream::finish_double() { return sha256(finish()); }

}  // namespace veilwire::crypto

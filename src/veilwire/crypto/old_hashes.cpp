// OpenSSL 3 marks its low-level hash functions as deprecated; the others ask its providers, and the
// one that has RIPEMD-160 is off by default.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "veilwire/crypto/old_hashes.h"

#include <openssl/ripemd.h>
#include <openssl/sha.h>

#include "veilwire/crypto/sha256.h"

namespace veilwire::crypto {

Hash160 ripemd160(ByteView data) {
  Hash160 hash;
  RIPEMD160_CTX context;
  RIPEMD160_Init(&context);
  RIPEMD160_Update(&context, data.data(), data.size());
  RIPEMD160_Final(hash.data(), &context);
  return hash;
}

Hash160 sha1(ByteView data) {
  Hash160 hash;
  SHA_CTX context;
  SHA1_Init(&context);
  SHA1_Update(&context, data.data(), data.size());
  SHA1_Final(hash.data(), &context);
  return hash;
}

Hash160 hash160(ByteView data) { return ripemd160(sha256(data)); }

}  // namespace veilwire::crypto

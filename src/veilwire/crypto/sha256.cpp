// OpenSSL 3 marks its low-level hash functions as deprecated; they are what is fast on short
// inputs.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "veilwire/crypto/sha256.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstring>

namespace veilwire::crypto {
namespace {

constexpr std::size_t kHashBlockBytes = 64;

class Sha256 {
 public:
  Sha256() { SHA256_Init(&context_); }
  // Goes on from a chaining value after exactly one block.
  explicit Sha256(const std::array<std::uint32_t, 8>& after_one_block) : Sha256() {
    std::copy(after_one_block.begin(), after_one_block.end(), context_.h);
    context_.Nl = kHashBlockBytes * 8;
  }
  ~Sha256() { wipe(&context_, sizeof context_); }
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& add(ByteView data) {
    SHA256_Update(&context_, data.data(), data.size());
    return *this;
  }
  void finish(std::uint8_t* out32) { SHA256_Final(out32, &context_); }
  std::array<std::uint32_t, 8> chaining_value() const {
    std::array<std::uint32_t, 8> value;
    std::copy(context_.h, context_.h + 8, value.begin());
    return value;
  }

 private:
  SHA256_CTX context_;
};

struct HmacStates {
  std::array<std::uint32_t, 8> inner;
  std::array<std::uint32_t, 8> outer;
  ~HmacStates() { wipe(this, sizeof *this); }
};

// RFC 2104: the key, hashed first where it is longer than a block, under two paddings.
HmacStates hmac_key(ByteView key) {
  Secret<kHashBlockBytes> padded;
  if (key.size() > kHashBlockBytes) {
    Sha256().add(key).finish(padded.data());
  } else if (!key.empty()) {
    std::memcpy(padded.data(), key.data(), key.size());
  }
  const auto chaining_value_under = [&](std::uint8_t padding) {
    Secret<kHashBlockBytes> block = padded.copy();
    for (std::uint8_t& byte : block.span()) byte ^= padding;
    return Sha256().add(block.span()).chaining_value();
  };
  return {.inner = chaining_value_under(0x36), .outer = chaining_value_under(0x5c)};
}

// HMAC over up to three parts, none of which is copied.
void hmac(const std::array<std::uint32_t, 8>& inner, const std::array<std::uint32_t, 8>& outer,
          std::initializer_list<ByteView> parts, std::uint8_t* out32) {
  Secret<32> digest;
  Sha256 hash(inner);
  for (const ByteView part : parts) hash.add(part);
  hash.finish(digest.data());
  Sha256(outer).add(digest.span()).finish(out32);
}

}  // namespace

Hash256 sha256(ByteView data) {
  Hash256 hash;
  Sha256().add(data).finish(hash.data());
  return hash;
}

Hash256 sha256d(ByteView data) { return sha256(sha256(data)); }

Hash256 sha256d_of_parts(std::span<const ByteView> parts) {
  Hash256 inner;
  Sha256 hash;
  for (const ByteView part : parts) hash.add(part);
  hash.finish(inner.data());
  return sha256(inner);
}

HkdfSha256::HkdfSha256(ByteView salt, ByteView input_key_material) {
  Secret<32> pseudorandom_key;
  const HmacStates extract = hmac_key(salt);
  hmac(extract.inner, extract.outer, {input_key_material}, pseudorandom_key.data());
  const HmacStates expand = hmac_key(pseudorandom_key.span());
  inner_ = expand.inner;
  outer_ = expand.outer;
}

HkdfSha256::~HkdfSha256() {
  wipe(inner_.data(), sizeof inner_);
  wipe(outer_.data(), sizeof outer_);
}

Secret<32> HkdfSha256::expand32(std::string_view info) const {
  Secret<32> key;
  expand({reinterpret_cast<const std::uint8_t*>(info.data()), info.size()}, key.span());
  return key;
}

// RFC 5869, 2.3: T(n) = HMAC(PRK, T(n - 1) || info || n).
void HkdfSha256::expand(ByteView info, ByteSpan out) const {
  Secret<32> block;
  ByteView previous;
  for (std::uint8_t number = 1; !out.empty(); ++number) {
    Secret<32> next;
    hmac(inner_, outer_, {previous, info, {&number, 1}}, next.data());
    block = std::move(next);
    previous = block.span();
    const std::size_t part = std::min(out.size(), Secret<32>::size());
    std::memcpy(out.data(), block.data(), part);
    out = out.subspan(part);
  }
}

}  // namespace veilwire::crypto

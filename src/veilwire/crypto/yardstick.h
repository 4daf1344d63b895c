// What others need for the same work: the yardsticks that `veilwire speed` and bench/ hold our
// ciphers, our handshake, our script and block checks against; and what signs the spends that are
// then checked. Nothing that carries a connection uses any of it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/base/secret.h"
#include "veilwire/crypto/ellswift.h"

namespace veilwire::crypto {

// The version of the OpenSSL that runs, in its own words: "OpenSSL 3.0.15 3 Sep 2024".
std::string openssl_version();

// Double SHA-256 by OpenSSL's low-level calls, which take less time than its others on short inputs.
Hash256 openssl_sha256d(ByteView data);

// OpenSSL's ChaCha20-Poly1305 as a careful program uses it: one context, kept, with its key set
// once; for each packet the nonce is set, the text is transformed in place, and the tag is taken or
// checked. No length is encrypted and no key ever replaced, so that this is less than BIP 324 asks.
class OpenSslAead {
 public:
  enum class Direction : std::uint8_t { kSeal, kOpen };

  // Throws std::runtime_error where OpenSSL does not offer the cipher.
  OpenSslAead(Direction direction, const Secret<32>& key);
  ~OpenSslAead();
  OpenSslAead(OpenSslAead&&) noexcept;
  OpenSslAead& operator=(OpenSslAead&&) noexcept;

  // REQUIRES: made with Direction::kSeal. False where OpenSSL refuses.
  [[nodiscard]] bool seal(std::uint64_t packet, ByteSpan text, std::span<std::uint8_t, 16> tag);
  // REQUIRES: made with Direction::kOpen. False where the tag does not verify.
  [[nodiscard]] bool open(std::uint64_t packet, ByteSpan text, std::span<std::uint8_t, 16> tag);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// The two calls of libsecp256k1 that one side of a handshake cannot do without, with nothing around
// them, on a context of their own that is randomized as ours is.
class BareEllSwift {
 public:
  // Throws std::runtime_error where libsecp256k1 gives no context.
  BareEllSwift();
  ~BareEllSwift();
  BareEllSwift(const BareEllSwift&) = delete;
  BareEllSwift& operator=(const BareEllSwift&) = delete;

  // secp256k1_ellswift_create.
  [[nodiscard]] bool create(const Secret<32>& secret_key, std::span<const std::uint8_t, 32> auxrnd,
                            EllSwift64& encoding) const;
  // secp256k1_ellswift_xdh with BIP 324's hash.
  [[nodiscard]] bool exchange(const Secret<32>& secret_key, const EllSwift64& initiator,
                              const EllSwift64& responder, Initiating initiating,
                              Secret<32>& shared_secret) const;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// The calls that one ECDSA signature cannot do without: its key and itself parsed, its S made low,
// and the check. `signature` is strict DER. verify_schnorr() and is_tweaked_key() are such bare calls
// already.
[[nodiscard]] bool bare_verify_ecdsa(ByteView public_key, ByteView signature,
                                     const Hash256& digest);

// For signatures that are made only to be checked: `secret` is nobody's secret. Both throw
// std::invalid_argument where it is no valid key.
Bytes bare_public_key(const Hash256& secret);  // compressed
// Strict DER with a low S, without a hash type; the nonce is that of RFC 6979.
Bytes bare_sign_ecdsa(const Hash256& secret, const Hash256& digest);

}  // namespace veilwire::crypto

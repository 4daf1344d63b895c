// ElligatorSwift (BIP 324, "ElligatorSwift encoding of curve X coordinates"): public keys as 64
// bytes that nobody can tell from random ones, and the key exchange over them, both by
// libsecp256k1. Nothing else of the curve is used.
//
// One libsecp256k1 context serves the process; it is made and randomized at first use.
#pragma once

#include <array>
#include <expected>

#include "veilwire/base/api.h"
#include "veilwire/base/bytes.h"
#include "veilwire/base/entropy.h"
#include "veilwire/base/secret.h"

namespace veilwire::crypto {

using EllSwift64 = std::array<std::uint8_t, 64>;

// For one connection only. Wipes itself.
struct EphemeralKey {
  Secret<32> secret;
  EllSwift64 ellswift;
};

enum class EllSwiftError : std::uint8_t {
  kInvalidSecretKey,  // zero or, where a key is encoded, not below the curve's order
  kEntropyFailed,
};

// The encoding of a secret key, randomized by 32 bytes of entropy: one key has about 2^256
// encodings. Constant time in both.
std::expected<EphemeralKey, EllSwiftError> ellswift_create(
    const Secret<32>& secret_key, std::span<const std::uint8_t, 32> auxrnd);

// A fresh key. Fails only where the entropy does.
std::expected<EphemeralKey, EntropyFailure> ellswift_generate(Entropy& entropy);

enum class Initiating : bool { kNo, kYes };

// BIP 324 v2_ecdh: the X coordinate of the exchange, hashed with both encodings. Every 64 bytes are
// a valid public key. A secret key of zero is refused; one above the curve's order, which
// ellswift_create() does not let pass, is reduced. Constant time in the secret key.
std::expected<Secret<32>, EllSwiftError> ellswift_shared_secret(
    const EphemeralKey& ours, std::span<const std::uint8_t, 64> theirs, Initiating initiating);

}  // namespace veilwire::crypto

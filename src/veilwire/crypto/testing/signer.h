// Signs by each kind of signature, for tests. Outside of them only the yardstick signs, what is
// measured.
#pragma once

#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>

#include <stdexcept>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/crypto/ecdsa.h"
#include "veilwire/crypto/schnorr.h"
#include "veilwire/crypto/yardstick.h"

namespace veilwire::crypto::testing {

enum class KeyForm : std::uint8_t { kCompressed, kUncompressed };

class Signer {
 public:
  // REQUIRES: `secret` is a valid key.
  explicit Signer(const Hash256& secret)
      : context_(secp256k1_context_create(SECP256K1_CONTEXT_NONE)) {
    must(secp256k1_keypair_create(context_, &pair_, secret.data()));
  }
  // The key of a number: enough to tell signers apart.
  explicit Signer(std::uint8_t number) : Signer(Hash256{number}) {}
  ~Signer() { secp256k1_context_destroy(context_); }
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  Bytes public_key(KeyForm form = KeyForm::kCompressed) const {
    secp256k1_pubkey key;
    Bytes bytes(65);
    std::size_t size = bytes.size();
    must(secp256k1_keypair_pub(context_, &key, &pair_));
    must(secp256k1_ec_pubkey_serialize(
        context_, bytes.data(), &size, &key,
        form == KeyForm::kCompressed ? SECP256K1_EC_COMPRESSED : SECP256K1_EC_UNCOMPRESSED));
    bytes.resize(size);
    return bytes;
  }
  XOnlyKey x_only_key() const {
    secp256k1_xonly_pubkey key;
    XOnlyKey bytes;
    must(secp256k1_keypair_xonly_pub(context_, &key, nullptr, &pair_));
    must(secp256k1_xonly_pubkey_serialize(context_, bytes.data(), &key));
    return bytes;
  }

  // Strict DER with a low S, without a hash type.
  Bytes ecdsa(const Hash256& digest) const {
    Hash256 secret;
    must(secp256k1_keypair_sec(context_, secret.data(), &pair_));
    return bare_sign_ecdsa(secret, digest);
  }
  Bytes schnorr(const Hash256& digest) const { return schnorr_by(pair_, digest); }
  // By the key tweaked as taproot does it.
  Bytes tweaked_schnorr(const Hash256& digest, const Hash256& tweak) const {
    secp256k1_keypair tweaked = pair_;
    must(secp256k1_keypair_xonly_tweak_add(context_, &tweaked, tweak.data()));
    return schnorr_by(tweaked, digest);
  }

 private:
  static void must(int done) {
    if (done != 1) throw std::invalid_argument("libsecp256k1 refuses the key or the tweak");
  }
  Bytes schnorr_by(const secp256k1_keypair& pair, const Hash256& digest) const {
    Bytes signature(64);
    must(secp256k1_schnorrsig_sign32(context_, signature.data(), digest.data(), &pair, nullptr));
    return signature;
  }

  secp256k1_context* context_;
  secp256k1_keypair pair_;
};

}  // namespace veilwire::crypto::testing

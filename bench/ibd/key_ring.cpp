#include "key_ring.h"

#include "veilwire/base/endian.h"
#include "veilwire/consensus/testing/signed_spends.h"
#include "veilwire/crypto/sha256.h"

namespace veilwire::bench {

using namespace veilwire::consensus::testing;

// Taproot outputs are paid to the key untweaked: nobody can see the difference, and signing takes
// one multiplication less.
Key::Key(const Hash256& secret)
    : signer(secret),
      public_key(signer.public_key()),
      scripts{p2wpkh_of(public_key), taproot_script(signer.x_only_key()), p2pkh_of(public_key)} {}

KeyRing::KeyRing(std::uint64_t seed) {
  Bytes name(16);
  store_le(name.data(), seed);
  for (std::uint64_t i = 0; i < kKeys; ++i) {
    store_le(name.data() + 8, i);
    keys_.emplace_back(crypto::sha256d(name));
  }
}

}  // namespace veilwire::bench

// The work of a CipherCase, by our packet ciphers and by OpenSSL's AEAD, over the same layout of
// packets in memory and always in place.
//
// Ours is all that BIP 324 asks for a packet: the length cipher, the AEAD, and the rekeying of both
// every 224 packets. OpenSSL's is the AEAD alone.
#pragma once

#include <memory>

#include "veilwire/app/speed/cipher_cases.h"
#include "veilwire/app/speed/interleaved.h"

namespace veilwire::app {

// By the kernel that is active when it is made and run.
std::unique_ptr<Contestant> our_cipher(const CipherCase& what);
std::unique_ptr<Contestant> openssl_cipher(const CipherCase& what);

}  // namespace veilwire::app

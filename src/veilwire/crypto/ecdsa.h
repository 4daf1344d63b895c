// ECDSA on secp256k1 as the chain's history demands it: verification only, of public data, in
// variable time.
//
// Signatures from before BIP 66 are in what OpenSSL of that time took for DER. They are read as
// leniently as then (lengths in long form, padding, trailing bytes, an outer length that nobody
// looks at), and a high S is as good as a low one: whether a signature must be strict, or low, is a
// matter of script flags.
#pragma once

#include <array>
#include <optional>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"

namespace veilwire::crypto {

// R and S, each of 32 bytes, the most significant first.
using CompactSignature = std::array<std::uint8_t, 64>;

// Nothing where even a lenient parser finds no two numbers. A number of more than 256 bits makes
// all 64 bytes zero, which verifies nowhere.
std::optional<CompactSignature> parse_lax_der(ByteView signature);

// Whether S is at most half the order of the curve. A signature with a number beyond the order
// counts as low, as it always has; false where parse_lax_der() gives nothing.
bool ecdsa_has_low_s(ByteView signature);

// Whether a key has the length that its prefix says. It may still be no point of the curve.
bool is_ecdsa_key_form(ByteView public_key);

// `public_key`: 33 bytes, or 65 with the prefix 4, or 6 or 7, the hybrid form. `signature`: as above,
// without a hash type after it. False for whatever is malformed.
bool verify_ecdsa(ByteView public_key, ByteView signature, const Hash256& digest);

}  // namespace veilwire::crypto

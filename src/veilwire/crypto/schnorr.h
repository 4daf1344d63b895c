// Schnorr signatures on secp256k1 (BIP 340) and keys tweaked as taproot does (BIP 341):
// verification only, of public data, in variable time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"

namespace veilwire::crypto {

using XOnlyKey = std::array<std::uint8_t, 32>;
using XOnlyKeyView = std::span<const std::uint8_t, 32>;

// False for a key that is not on the curve too.
bool verify_schnorr(XOnlyKeyView key, std::span<const std::uint8_t, 64> signature,
                    ByteView message);

// Whether a key's Y is odd: what an x-only key leaves out.
enum class Parity : std::uint8_t { kEven, kOdd };

struct TweakedKey {
  XOnlyKey key;
  Parity parity;

  friend bool operator==(const TweakedKey&, const TweakedKey&) = default;
};

// `internal` and `tweak` times the generator, together. Nothing where `internal` is not on the curve
// or the tweak is beyond its order.
std::optional<TweakedKey> tweaked_key(XOnlyKeyView internal, const Hash256& tweak);

// Whether that gives `output` with `parity`; faster than to compute it.
bool is_tweaked_key(XOnlyKeyView output, Parity parity, XOnlyKeyView internal,
                    const Hash256& tweak);

}  // namespace veilwire::crypto

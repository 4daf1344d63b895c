// Public keys of secp256k1 in their two encodings: 33 bytes with the parity of y in the prefix (2 or
// 3), 65 bytes with the prefix 4 and y itself.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace veilwire::crypto {

using CompressedKey = std::array<std::uint8_t, 33>;
using UncompressedKey = std::array<std::uint8_t, 65>;

// Nothing where it is no point of the curve, or has another prefix than 4.
std::optional<CompressedKey> compress_key(std::span<const std::uint8_t, 65> key);
// Nothing where no point of the curve has that x. Costs a square root.
std::optional<UncompressedKey> decompress_key(std::span<const std::uint8_t, 33> key);

}  // namespace veilwire::crypto

// The four bytes that say which network a version 1 connection belongs to. The version 2 transport
// never sends them; they are mixed into its keys (BIP 324, "Shared secret computation").
#pragma once

#include <array>
#include <cstdint>

namespace veilwire::protocol {

// In the order in which they travel.
using Magic = std::array<std::uint8_t, 4>;

inline constexpr Magic kMainMagic{0xf9, 0xbe, 0xb4, 0xd9};
inline constexpr Magic kTestnet3Magic{0x0b, 0x11, 0x09, 0x07};
inline constexpr Magic kTestnet4Magic{0x1c, 0x16, 0x3f, 0x28};
inline constexpr Magic kSignetMagic{0x0a, 0x03, 0xcf, 0x40};
inline constexpr Magic kRegtestMagic{0xfa, 0xbf, 0xb5, 0xda};

}  // namespace veilwire::protocol

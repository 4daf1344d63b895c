// The services that a node offers, as bits of a number, and their names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace veilwire::protocol {

using Services = std::uint64_t;

inline constexpr Services kNodeNone = 0;
inline constexpr Services kNodeNetwork = 1 << 0;          // the whole chain
inline constexpr Services kNodeBloom = 1 << 2;            // BIP 111
inline constexpr Services kNodeWitness = 1 << 3;          // BIP 144
inline constexpr Services kNodeCompactFilters = 1 << 6;   // BIP 157
inline constexpr Services kNodeNetworkLimited = 1 << 10;  // BIP 159
inline constexpr Services kNodeP2pV2 = 1 << 11;           // BIP 324

// As Core's getpeerinfo "servicesnames" has them ("NETWORK", "WITNESS", "P2P_V2"), lowest bit
// first; an unknown bit is "UNKNOWN[2^n]".
std::vector<std::string> service_names(Services services);

}  // namespace veilwire::protocol

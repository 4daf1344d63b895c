// Under which rules a script runs, and so what its signatures sign.
#pragma once

#include <cstdint>

namespace veilwire::consensus {

enum class SignatureVersion : std::uint8_t {
  kLegacy,     // input scripts, spent scripts, P2SH
  kWitnessV0,  // BIP 141 and 143
  kTapscript,  // BIP 342; the key path of BIP 341 runs no script
};

}  // namespace veilwire::consensus

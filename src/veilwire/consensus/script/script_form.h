// What a script is, by its bytes alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "veilwire/base/bytes.h"

namespace veilwire::consensus {

// HASH160 <20 bytes> EQUAL, exactly (BIP 16).
bool is_p2sh(ByteView script);

// Pushes only, of which opcodes up to 0x60 are all (RESERVED too), and none cut short.
bool is_push_only(ByteView script);

// 0 or 1 to 16, and one direct push of 2 to 40 bytes (BIP 141).
struct WitnessProgram {
  unsigned version = 0;
  ByteView program;
};
std::optional<WitnessProgram> witness_program_of(ByteView script);

// Whether `script` is nothing but the shortest push of `data`. Opcodes for small numbers are not
// looked for: what is asked for is a push of bytes.
bool is_push_of(ByteView script, ByteView data);

// The opcode and the length before pushed data.
struct PushHead {
  std::array<std::uint8_t, 5> bytes{};
  std::size_t size = 0;

  ByteView view() const { return {bytes.data(), size}; }
};
PushHead push_head(std::size_t data_bytes);

// DUP HASH160 <20 bytes> EQUALVERIFY CHECKSIG: what a P2WPKH program runs.
std::array<std::uint8_t, 25> p2pkh_script(ByteView hash20);

}  // namespace veilwire::consensus

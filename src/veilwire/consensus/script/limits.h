// The protocol's limits on scripts. Each is consensus: more refuses what others accept, and fewer
// the other way round.
#pragma once

#include <cstddef>
#include <cstdint>

namespace veilwire::consensus {

// Of a script, but for tapscripts, which only the block's weight limits.
inline constexpr std::size_t kMaxScriptBytes = 10'000;
// Of an item pushed, and of an item of a witness that a script is given.
inline constexpr std::size_t kMaxItemBytes = 520;
// Opcodes above 16 in a script, in branches not taken too; the keys of a multisig count. Not in
// tapscripts.
inline constexpr std::size_t kMaxOperations = 201;
inline constexpr std::size_t kMaxMultisigKeys = 20;
// Items on both stacks after each opcode, and of a tapscript at its start.
inline constexpr std::size_t kMaxStackItems = 1000;
// The most items that one opcode takes: a CHECKMULTISIG of 20 of 20, both counts and the dummy.
inline constexpr std::size_t kMaxItemsTaken = 2 * kMaxMultisigKeys + 3;

// BIP 342: what each signature takes of a tapscript's budget, and what the budget is beside the
// witness' own size.
inline constexpr std::int64_t kSignatureWeight = 50;

}  // namespace veilwire::consensus

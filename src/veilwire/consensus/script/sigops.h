// How many signature operations a script counts for, before it is run. What a transaction and a
// block may cost is made of these counts.
//
// A parse error ends the count and keeps what was counted before it. Time: one pass over each
// script, no allocation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "veilwire/base/bytes.h"
#include "veilwire/consensus/script/flags.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::consensus {

// CHECKMULTISIG counts for kMaxMultisigKeys, or, where the number of keys is to be looked at, for
// what a small-number opcode right before it says.
enum class MultisigCounting : std::uint8_t { kAlwaysMost, kByNumberOfKeys };

std::size_t count_sigops(ByteView script, MultisigCounting counting);

// Of the script that the last push of `input_script` is (BIP 16). 0 where `spent_script` is not
// P2SH, or where `input_script` has anything but pushes.
std::size_t count_p2sh_sigops(ByteView input_script, ByteView spent_script);

// Of a witness program, native or nested in P2SH (BIP 141): 1 for P2WPKH, by number of keys for
// P2WSH, 0 for later versions. 0 without ScriptFlag::kWitness.
std::size_t count_witness_sigops(ByteView input_script, ByteView spent_script,
                                 const wire::WitnessStack& witness, ScriptFlags flags);

}  // namespace veilwire::consensus

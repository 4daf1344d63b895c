// Combinations of script flags that make sense together.
#pragma once

#include <random>
#include <vector>

#include "veilwire/consensus/script/flags.h"

namespace veilwire::consensus::testing {

// WITNESS needs P2SH, TAPROOT and CLEANSTACK need WITNESS: takes away what has not what it needs.
inline ScriptFlags trimmed(ScriptFlags flags) {
  if (!flags.has(ScriptFlag::kP2sh)) flags = flags.without(ScriptFlag::kWitness);
  if (!flags.has(ScriptFlag::kWitness)) {
    flags = flags.without({ScriptFlag::kCleanStack, ScriptFlag::kTaproot});
  }
  return flags;
}

// The same by adding what is needed.
inline ScriptFlags filled(ScriptFlags flags) {
  if (flags.has_any({ScriptFlag::kCleanStack, ScriptFlag::kTaproot})) flags |= ScriptFlag::kWitness;
  if (flags.has(ScriptFlag::kWitness)) flags |= ScriptFlag::kP2sh;
  return flags;
}

inline constexpr ScriptFlags kAllScriptFlags = ScriptFlags::from_bits((1u << 21) - 1);

// Each flag alone, and `count` combinations that are the same in every run.
inline std::vector<ScriptFlags> flag_samples(std::size_t count, unsigned seed) {
  std::vector<ScriptFlags> samples;
  for (const NamedScriptFlag& row : named_script_flags()) samples.emplace_back(row.flag);
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < count; ++i) {
    samples.push_back(ScriptFlags::from_bits(static_cast<std::uint32_t>(random())) &
                      kAllScriptFlags);
  }
  return samples;
}

// Every combination of the seven flags of consensus that is trimmed: 64.
inline std::vector<ScriptFlags> consensus_flag_sets() {
  std::vector<ScriptFlags> sets;
  for (std::uint32_t bits = 0; bits <= kConsensusScriptFlags.bits(); ++bits) {
    const ScriptFlags flags = ScriptFlags::from_bits(bits);
    if (kConsensusScriptFlags.contains(flags) && trimmed(flags) == flags) sets.push_back(flags);
  }
  return sets;
}

}  // namespace veilwire::consensus::testing

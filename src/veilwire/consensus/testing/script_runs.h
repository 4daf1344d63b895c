// Scripts of tests, run as the two scripts of an input.
#pragma once

#include <string>
#include <utility>

#include "veilwire/consensus/testing/script_text.h"
#include "veilwire/consensus/testing/spends.h"
#include "veilwire/consensus/testing/taproot_leaf.h"

namespace veilwire::consensus::testing {

inline ScriptError run(const std::string& input_script, const std::string& spent_script,
                       ScriptFlags flags = {}) {
  OneSpend spend;
  spend.input_script = script_of(input_script);
  spend.coin.script = script_of(spent_script);
  return spend.verify(flags);
}

inline OneSpend tapscript_spend(Bytes script, std::vector<Bytes> items,
                                std::uint8_t leaf_version = kLeafVersionTapscript) {
  const OneLeaf leaf(std::move(script), leaf_version);
  OneSpend spend;
  spend.coin.script = taproot_script(leaf.output_key);
  spend.witness = std::move(items);
  spend.witness.push_back(leaf.script);
  spend.witness.push_back(leaf.control);
  return spend;
}

inline ScriptError run_tapscript(Bytes script, std::vector<Bytes> items,
                                 ScriptFlags flags = kConsensusScriptFlags) {
  return tapscript_spend(std::move(script), std::move(items)).verify(flags);
}

}  // namespace veilwire::consensus::testing

#include "veilwire/consensus/block_flags.h"

#include <algorithm>

namespace veilwire::consensus {
namespace {

ScriptFlags flags_from_genesis(const protocol::Network& network, const Hash256& block) {
  const auto exception = std::ranges::find(network.script_flag_exceptions, block,
                                           &protocol::ScriptFlagException::block);
  if (exception == network.script_flag_exceptions.end()) {
    return {ScriptFlag::kP2sh, ScriptFlag::kWitness, ScriptFlag::kTaproot};
  }
  ScriptFlags flags;
  if (exception->p2sh) flags |= ScriptFlag::kP2sh;
  if (exception->witness) flags |= ScriptFlag::kWitness;
  return flags;
}

}  // namespace

ScriptFlags block_script_flags(const protocol::Network& network, protocol::Height height,
                               const Hash256& block) {
  const protocol::RuleHeights& heights = network.heights;
  ScriptFlags flags = flags_from_genesis(network, block);
  if (height >= heights.bip66) flags |= ScriptFlag::kDerSignatures;
  if (height >= heights.bip65) flags |= ScriptFlag::kCheckLockTimeVerify;
  if (height >= heights.csv) flags |= ScriptFlag::kCheckSequenceVerify;
  if (height >= heights.segwit) flags |= ScriptFlag::kNullDummy;
  return flags;
}

}  // namespace veilwire::consensus

#include "veilwire/consensus/sigop_cost.h"

#include "veilwire/consensus/script/sigops.h"

namespace veilwire::consensus {

SigopCost sigop_cost(const wire::Transaction& transaction, std::uint32_t own_sigops,
                     std::span<const Coin> spent, ScriptFlags flags) {
  std::uint64_t outside = own_sigops;
  std::uint64_t inside = 0;
  if (!spent.empty()) {
    auto coin = spent.begin();
    const bool has_witness = transaction.has_witness();
    auto witness = transaction.witness().begin();
    for (const wire::Input& input : transaction.inputs()) {
      const ByteView script = (coin++)->script();
      if (flags.has(ScriptFlag::kP2sh)) outside += count_p2sh_sigops(input.script, script);
      const wire::WitnessStack stack = has_witness ? *witness++ : wire::WitnessStack();
      inside += count_witness_sigops(input.script, script, stack, flags);
    }
  }
  return SigopCost(kWitnessScale * outside + inside);
}

}  // namespace veilwire::consensus

#include "veilwire/chain/difficulty_change.h"

#include "veilwire/consensus/difficulty.h"
#include "veilwire/consensus/work.h"
#include "veilwire/wire/block_header.h"

namespace veilwire::chain {

bool is_possible_change(const protocol::Network& network, protocol::Height height,
                        std::uint32_t previous_bits, std::uint32_t bits) {
  if (network.min_difficulty_blocks) return true;
  if (network.no_retargeting || !consensus::begins_period(network, height)) {
    return bits == previous_bits;
  }
  // Rounded as a target of that height is.
  const auto after = [&](std::chrono::seconds taken) {
    return wire::target_from_bits(
        consensus::retargeted_bits(previous_bits, taken, network.retarget, network.pow_limit));
  };
  const auto hardest = after(network.retarget / 4);
  const auto easiest = after(network.retarget * 4);
  const auto target = wire::target_from_bits(bits);
  return target && hardest && easiest && wire::meets_target(*hardest, *target) &&
         wire::meets_target(*target, *easiest);
}

}  // namespace veilwire::chain

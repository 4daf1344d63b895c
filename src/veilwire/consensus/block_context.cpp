#include "veilwire/consensus/block_context.h"

#include <algorithm>

#include "veilwire/consensus/difficulty.h"

namespace veilwire::consensus {
namespace {

// Holds on every network, though only main's table says so: elsewhere nobody mines such coinbases.
constexpr protocol::Height kNamedByEarlyCoinbases = 1'983'702;

bool bip34_is_on_this_chain(const BlockContext& context) {
  const protocol::Height height = context.network->heights.bip34;
  return context.network->bip34_hash && height <= context.ancestors->last() &&
         context.ancestors->at(height).hash == *context.network->bip34_hash;
}

}  // namespace

BlockContext BlockContext::of(const protocol::Network& network, const Ancestors& ancestors,
                              const wire::BlockHeader& header) {
  const protocol::Height last = ancestors.last();
  return {.network = &network,
          .ancestors = &ancestors,
          .height = last.next(),
          .demanded_bits = consensus::demanded_bits(network, ancestors, header.time),
          .previous_time = ancestors.at(last).time,
          .median_time = median_time_past(ancestors, last)};
}

bool bip30_is_checked(const BlockContext& context, const Hash256& block) {
  if (context.height >= kNamedByEarlyCoinbases) return true;
  const bool is_allowed_repeat =
      std::ranges::any_of(context.network->bip30.allowed, [&](const protocol::BlockAt& allowed) {
        return allowed.height == context.height && allowed.block == block;
      });
  return !is_allowed_repeat && !bip34_is_on_this_chain(context);
}

}  // namespace veilwire::consensus

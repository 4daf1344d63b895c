#include "veilwire/consensus/difficulty.h"

#include "veilwire/consensus/work.h"

namespace veilwire::consensus {
namespace {

using protocol::Height;
using protocol::Network;

std::uint32_t bits_of_new_period(const Network& network, const Ancestors& ancestors) {
  const Ancestor last = ancestors.at(ancestors.last());
  // From its first block to its last: one spacing less than a period, as the chain began.
  const Ancestor first = ancestors.at(ancestors.last().before(network.retarget_blocks() - 1));
  const std::uint32_t bits = network.bip94 ? first.bits : last.bits;
  return retargeted_bits(bits, last.time - first.time, network.retarget, network.pow_limit);
}

// The last target of the period that was not the exception for late blocks.
std::uint32_t bits_without_exception(const Network& network, const Ancestors& ancestors) {
  Height height = ancestors.last();
  std::uint32_t bits = ancestors.at(height).bits;
  while (!begins_period(network, height) && bits == network.genesis.bits) {
    height = height.before(1);
    bits = ancestors.at(height).bits;
  }
  return bits;
}

}  // namespace

bool begins_period(const Network& network, Height height) {
  return height.value() % network.retarget_blocks() == 0;
}

std::uint32_t demanded_bits(const Network& network, const Ancestors& ancestors, UnixTime time) {
  const Height last = ancestors.last();
  // No block of such a chain has another target than the first, so nobody need look for it.
  if (network.no_retargeting) return ancestors.at(last).bits;
  if (begins_period(network, last.next())) return bits_of_new_period(network, ancestors);
  if (!network.min_difficulty_blocks) return ancestors.at(last).bits;
  const bool is_late = time > ancestors.at(last).time + 2 * network.spacing;
  return is_late ? network.genesis.bits : bits_without_exception(network, ancestors);
}

}  // namespace veilwire::consensus

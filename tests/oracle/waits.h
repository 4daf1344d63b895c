// Versions, lock times and sequence numbers around their edges.
#pragma once

#include "chain.h"
#include "dice.h"

namespace veilwire::oracle {

std::uint32_t some_version(Dice& dice);
// Most of them are over when the next block comes.
std::uint32_t some_lock_time(Dice& dice, const Chain& chain);
// Of an input that spends a coin made at that height. Most of them are satisfied (BIP 68).
std::uint32_t some_sequence(Dice& dice, const Chain& chain, protocol::Height coin);

}  // namespace veilwire::oracle

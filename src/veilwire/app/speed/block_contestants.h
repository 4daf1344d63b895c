// check_block() of a block beside the calls of libsecp256k1 that its signatures cannot do without,
// both on as many threads. An operation is one input.
#pragma once

#include <cstddef>
#include <memory>

#include "veilwire/app/speed/interleaved.h"
#include "veilwire/app/speed/measured_block.h"

namespace veilwire::app {

inline constexpr std::size_t kBlockThreads[] = {1, 2};
// Enough that what a block takes once, and what the last inputs of two threads wait for each other,
// does not show.
inline constexpr std::size_t kBlockInputs = 512;

// From the bytes to the verdict. The threads beside the caller's start here, on the cores that the
// caller has now. REQUIRES: `threads` is not 0.
// Throws std::runtime_error, which says why, where the block is not valid: that is found out before
// anything is timed.
std::unique_ptr<Contestant> our_block_check(std::shared_ptr<const MeasuredBlock> block,
                                            std::size_t threads);
std::unique_ptr<Contestant> bare_block_check(std::shared_ptr<const MeasuredBlock> block,
                                             std::size_t threads);

}  // namespace veilwire::app

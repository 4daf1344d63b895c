// The scripts of a whole block, on as many threads as an executor lends.
#pragma once

#include <memory>
#include <optional>

#include "veilwire/base/executor.h"
#include "veilwire/consensus/connected_block.h"

namespace veilwire::consensus {

// The failure of the first input in block order of which a script fails, whatever finished first.
//
// The caller's thread checks too, and posts work to help it. It never waits: what nobody has begun it
// does itself, and what others have begun and not finished when nothing else is left it does again.
// So it does not matter when, or whether, the executor runs what was posted; what comes too late
// finds nothing to do. Whatever runs shares the ownership of the block.
std::optional<Failure> check_scripts(std::shared_ptr<const ConnectedBlock> block,
                                     Executor& executor);

}  // namespace veilwire::consensus

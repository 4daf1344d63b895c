// The rules of a header after its ancestors.
#pragma once

#include <optional>

#include "veilwire/consensus/block_context.h"
#include "veilwire/consensus/reason.h"

namespace veilwire::consensus {

// Whether the hash meets the target that the header claims, and the network allows a target so easy.
// Needs no ancestors, so that work stands before everything else that a peer can ask of us.
bool has_work(const protocol::Network& network, const wire::BlockHeader& header,
              const Hash256& hash);

// The rule that it breaks, beside that of work: the demanded target, its time after the median of
// its ancestors and not before the last one at a period's head (BIP 94), its version (BIP 34, 66,
// 65).
std::optional<Reason> check_header(const wire::BlockHeader& header, const BlockContext& context);

// Whether it is no more than two hours ahead of a node's clock. Apart from the rest, since it is the
// only rule whose verdict changes with time, and none for a block that is in the chain already.
bool is_too_new(const wire::BlockHeader& header, UnixTime now);

}  // namespace veilwire::consensus

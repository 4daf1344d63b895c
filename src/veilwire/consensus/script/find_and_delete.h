// What a legacy signature leaves out of the script code that it signs: itself.
#pragma once

#include <optional>
#include <span>

#include "veilwire/base/bytes.h"

namespace veilwire::consensus {

// `script` without every instruction that is the shortest push of one of `signatures`: not one that
// only contains it, and not such bytes inside another push. Nothing where there is none to leave
// out, which is the rule: then nothing is copied. An empty signature is pushed by 0.
//
// Time: one pass, and one comparison for each instruction and signature of one length.
std::optional<Bytes> without_pushes_of(ByteView script, std::span<const ByteView> signatures);

}  // namespace veilwire::consensus

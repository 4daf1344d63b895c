// Whether an input may spend what it spends.
//
// Allocations, as long as no stack has more than 12 items: none for P2PKH, P2SH, P2WPKH, P2WSH and
// both paths of taproot.
#pragma once

#include <cstddef>

#include "veilwire/consensus/script/error.h"
#include "veilwire/consensus/script/flags.h"
#include "veilwire/consensus/script/signature_hash.h"
#include "veilwire/consensus/script/spending.h"

namespace veilwire::consensus {

// kOk, or the first rule broken. What it has cost is added to `work`. Any thread may run it.
// kUnknownError where the spending is not complete or has no such input.
ScriptError verify_input(const Spending& spending, std::size_t input, ScriptFlags flags,
                         ScriptWork& work);

}  // namespace veilwire::consensus

// How signatures and keys must be written, where a flag asks for it.
//
// kDerSignatures is consensus (BIP 66), kLowS, kStrictEncoding and kWitnessPublicKeyType are policy.
#pragma once

#include "veilwire/base/bytes.h"
#include "veilwire/consensus/script/error.h"
#include "veilwire/consensus/script/flags.h"
#include "veilwire/consensus/script/signature_version.h"

namespace veilwire::consensus {

// `signature` with its hash type after it. An empty one is always well written: it is how a script
// says that it has none.
ScriptError check_signature_encoding(ByteView signature, ScriptFlags flags);
ScriptError check_public_key_encoding(ByteView key, SignatureVersion version, ScriptFlags flags);

// BIP 66: strict DER, and one byte of hash type after it.
bool is_strict_der(ByteView signature);

}  // namespace veilwire::consensus

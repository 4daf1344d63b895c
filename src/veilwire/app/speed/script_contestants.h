// One check of one input's scripts, of each common kind, beside the calls of libsecp256k1 that it
// cannot do without. The transaction has one input and two outputs, and is parsed; making its shared
// digests is a part of the check.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "veilwire/app/speed/interleaved.h"

namespace veilwire::app {

enum class ScriptKind : std::uint8_t {
  kP2pkh,
  kP2wpkh,
  kP2wshTwoOfThree,  // tries three signatures: one against a key that is not its own
  kTaprootKeyPath,
  kTaprootScriptPath,  // <key> CHECKSIG, and the tweak of its tree
};

inline constexpr ScriptKind kScriptKinds[] = {
    ScriptKind::kP2pkh, ScriptKind::kP2wpkh, ScriptKind::kP2wshTwoOfThree,
    ScriptKind::kTaprootKeyPath, ScriptKind::kTaprootScriptPath};

std::string_view script_kind_name(ScriptKind kind);  // "p2pkh", ..., "taproot_script_path"

// ScriptCheck under the standard flags.
std::unique_ptr<Contestant> our_script_check(ScriptKind kind);
std::unique_ptr<Contestant> bare_script_check(ScriptKind kind);

}  // namespace veilwire::app

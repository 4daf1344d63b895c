// Why a script failed. The names are Bitcoin Core's, since its vectors ask for them.
#pragma once

#include <cstdint>
#include <string_view>

namespace veilwire::consensus {

enum class ScriptError : std::uint8_t {
  kOk,
  kUnknownError,  // the caller's misuse: no such input, or spent outputs that do not match
  kEvalFalse,
  kOpReturn,

  // Limits.
  kScriptSize,
  kPushSize,
  kOpCount,
  kStackSize,
  kSignatureCount,
  kPublicKeyCount,

  // Verifying opcodes.
  kVerify,
  kEqualVerify,
  kCheckMultisigVerify,
  kCheckSigVerify,
  kNumEqualVerify,

  // What no script may do.
  kBadOpcode,
  kDisabledOpcode,
  kInvalidStackOperation,
  kInvalidAltstackOperation,
  kUnbalancedConditional,
  kScriptNumber,  // a number over its size, or not in its shortest form where that is asked for

  // CHECKLOCKTIMEVERIFY and CHECKSEQUENCEVERIFY.
  kNegativeLockTime,
  kUnsatisfiedLockTime,

  // How signatures, keys and pushes are written.
  kSignatureHashType,
  kSignatureDer,
  kMinimalData,
  kSignaturePushOnly,
  kSignatureHighS,
  kSignatureNullDummy,
  kPublicKeyType,
  kCleanStack,
  kMinimalIf,
  kNullFail,

  // What a later soft fork may give a meaning.
  kDiscourageUpgradableNops,
  kDiscourageUpgradableWitnessProgram,
  kDiscourageUpgradableTaprootVersion,
  kDiscourageOpSuccess,
  kDiscourageUpgradablePublicKeyType,

  // Segregated witness.
  kWitnessProgramWrongLength,
  kWitnessProgramWitnessEmpty,
  kWitnessProgramMismatch,
  kWitnessMalleated,
  kWitnessMalleatedP2sh,
  kWitnessUnexpected,
  kWitnessPublicKeyType,

  // Taproot.
  kSchnorrSignatureSize,
  kSchnorrSignatureHashType,
  kSchnorrSignature,
  kTaprootWrongControlSize,
  kTapscriptValidationWeight,
  kTapscriptCheckMultisig,
  kTapscriptMinimalIf,
  kTapscriptEmptyPublicKey,

  // A constant script code.
  kOpCodeSeparator,
  kSignatureFindAndDelete,
};

inline constexpr std::size_t kScriptErrorCount = 55;

// Core's name without its prefix: "EVAL_FALSE".
std::string_view script_error_name(ScriptError error);

}  // namespace veilwire::consensus

#include "veilwire/consensus/script/error.h"

#include <array>
#include <cstddef>

namespace veilwire::consensus {
namespace {

struct Row {
  ScriptError error;
  std::string_view name;
};

constexpr std::array<Row, kScriptErrorCount> kNames = {{
    {ScriptError::kOk, "OK"},
    {ScriptError::kUnknownError, "UNKNOWN_ERROR"},
    {ScriptError::kEvalFalse, "EVAL_FALSE"},
    {ScriptError::kOpReturn, "OP_RETURN"},
    {ScriptError::kScriptSize, "SCRIPT_SIZE"},
    {ScriptError::kPushSize, "PUSH_SIZE"},
    {ScriptError::kOpCount, "OP_COUNT"},
    {ScriptError::kStackSize, "STACK_SIZE"},
    {ScriptError::kSignatureCount, "SIG_COUNT"},
    {ScriptError::kPublicKeyCount, "PUBKEY_COUNT"},
    {ScriptError::kVerify, "VERIFY"},
    {ScriptError::kEqualVerify, "EQUALVERIFY"},
    {ScriptError::kCheckMultisigVerify, "CHECKMULTISIGVERIFY"},
    {ScriptError::kCheckSigVerify, "CHECKSIGVERIFY"},
    {ScriptError::kNumEqualVerify, "NUMEQUALVERIFY"},
    {ScriptError::kBadOpcode, "BAD_OPCODE"},
    {ScriptError::kDisabledOpcode, "DISABLED_OPCODE"},
    {ScriptError::kInvalidStackOperation, "INVALID_STACK_OPERATION"},
    {ScriptError::kInvalidAltstackOperation, "INVALID_ALTSTACK_OPERATION"},
    {ScriptError::kUnbalancedConditional, "UNBALANCED_CONDITIONAL"},
    {ScriptError::kScriptNumber, "SCRIPTNUM"},
    {ScriptError::kNegativeLockTime, "NEGATIVE_LOCKTIME"},
    {ScriptError::kUnsatisfiedLockTime, "UNSATISFIED_LOCKTIME"},
    {ScriptError::kSignatureHashType, "SIG_HASHTYPE"},
    {ScriptError::kSignatureDer, "SIG_DER"},
    {ScriptError::kMinimalData, "MINIMALDATA"},
    {ScriptError::kSignaturePushOnly, "SIG_PUSHONLY"},
    {ScriptError::kSignatureHighS, "SIG_HIGH_S"},
    {ScriptError::kSignatureNullDummy, "SIG_NULLDUMMY"},
    {ScriptError::kPublicKeyType, "PUBKEYTYPE"},
    {ScriptError::kCleanStack, "CLEANSTACK"},
    {ScriptError::kMinimalIf, "MINIMALIF"},
    {ScriptError::kNullFail, "NULLFAIL"},
    {ScriptError::kDiscourageUpgradableNops, "DISCOURAGE_UPGRADABLE_NOPS"},
    {ScriptError::kDiscourageUpgradableWitnessProgram, "DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM"},
    {ScriptError::kDiscourageUpgradableTaprootVersion, "DISCOURAGE_UPGRADABLE_TAPROOT_VERSION"},
    {ScriptError::kDiscourageOpSuccess, "DISCOURAGE_OP_SUCCESS"},
    {ScriptError::kDiscourageUpgradablePublicKeyType, "DISCOURAGE_UPGRADABLE_PUBKEYTYPE"},
    {ScriptError::kWitnessProgramWrongLength, "WITNESS_PROGRAM_WRONG_LENGTH"},
    {ScriptError::kWitnessProgramWitnessEmpty, "WITNESS_PROGRAM_WITNESS_EMPTY"},
    {ScriptError::kWitnessProgramMismatch, "WITNESS_PROGRAM_MISMATCH"},
    {ScriptError::kWitnessMalleated, "WITNESS_MALLEATED"},
    {ScriptError::kWitnessMalleatedP2sh, "WITNESS_MALLEATED_P2SH"},
    {ScriptError::kWitnessUnexpected, "WITNESS_UNEXPECTED"},
    {ScriptError::kWitnessPublicKeyType, "WITNESS_PUBKEYTYPE"},
    {ScriptError::kSchnorrSignatureSize, "SCHNORR_SIG_SIZE"},
    {ScriptError::kSchnorrSignatureHashType, "SCHNORR_SIG_HASHTYPE"},
    {ScriptError::kSchnorrSignature, "SCHNORR_SIG"},
    {ScriptError::kTaprootWrongControlSize, "TAPROOT_WRONG_CONTROL_SIZE"},
    {ScriptError::kTapscriptValidationWeight, "TAPSCRIPT_VALIDATION_WEIGHT"},
    {ScriptError::kTapscriptCheckMultisig, "TAPSCRIPT_CHECKMULTISIG"},
    {ScriptError::kTapscriptMinimalIf, "TAPSCRIPT_MINIMALIF"},
    {ScriptError::kTapscriptEmptyPublicKey, "TAPSCRIPT_EMPTY_PUBKEY"},
    {ScriptError::kOpCodeSeparator, "OP_CODESEPARATOR"},
    {ScriptError::kSignatureFindAndDelete, "SIG_FINDANDDELETE"},
}};

constexpr bool every_row_is_in_its_place() {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (static_cast<std::size_t>(kNames[i].error) != i) return false;
  }
  return true;
}
static_assert(every_row_is_in_its_place());

}  // namespace

std::string_view script_error_name(ScriptError error) {
  return kNames[static_cast<std::size_t>(error)].name;
}

}  // namespace veilwire::consensus

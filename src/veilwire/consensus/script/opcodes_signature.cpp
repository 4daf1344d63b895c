#include <algorithm>
#include <array>
#include <expected>
#include <span>

#include "veilwire/consensus/script/find_and_delete.h"
#include "veilwire/consensus/script/limits.h"
#include "veilwire/consensus/script/opcodes.h"
#include "veilwire/consensus/script/signature_encoding.h"

namespace veilwire::consensus {
namespace {

// Whether a signature is valid, or what ends the script whatever it would do with the answer.
using Verdict = std::expected<bool, ScriptError>;

// The script code that legacy signatures sign: without themselves.
class SignedCode {
 public:
  // REQUIRES: the execution outlives it.
  SignedCode(Execution& execution, std::span<const ByteView> signatures) : execution_(execution) {
    if (execution.version == SignatureVersion::kLegacy) {
      rewritten_ = without_pushes_of(execution.script_code, signatures);
    }
  }

  // CONST_SCRIPTCODE is policy: it forbids that a script code depends on the signature.
  ScriptError error() const {
    return rewritten_ && execution_.flags.has(ScriptFlag::kConstScriptCode)
               ? ScriptError::kSignatureFindAndDelete
               : ScriptError::kOk;
  }
  // A malformed signature or key ends the script; one that does not match is only false.
  Verdict check(ByteView signature, ByteView key) {
    const ScriptError signature_error = check_signature_encoding(signature, execution_.flags);
    if (signature_error != ScriptError::kOk) return std::unexpected(signature_error);
    const ScriptError key_error =
        check_public_key_encoding(key, execution_.version, execution_.flags);
    if (key_error != ScriptError::kOk) return std::unexpected(key_error);
    return rewritten_ ? execution_.checker.ecdsa(signature, key, *rewritten_, execution_.version,
                                                 own_digests_)
                      : execution_.checker.ecdsa(signature, key, execution_.script_code,
                                                 execution_.version, execution_.digests);
  }

 private:
  Execution& execution_;
  std::optional<Bytes> rewritten_;
  DigestCache own_digests_;  // of rewritten_
};

Verdict check_ecdsa(Execution& execution, ByteView signature, ByteView key) {
  SignedCode code(execution, {&signature, 1});
  if (code.error() != ScriptError::kOk) return std::unexpected(code.error());
  const Verdict valid = code.check(signature, key);
  if (valid && !*valid && !signature.empty() && execution.flags.has(ScriptFlag::kNullFail)) {
    return std::unexpected(ScriptError::kNullFail);
  }
  return valid;
}

// BIP 342: a signature is valid or empty, or the script fails. A key of a length that nobody knows
// yet makes any signature valid, unlooked at.
Verdict check_tapscript(Execution& execution, ByteView signature, ByteView key) {
  const bool is_signed = !signature.empty();
  Tapscript& tapscript = *execution.tapscript;
  if (is_signed) tapscript.weight_left -= kSignatureWeight;
  if (tapscript.weight_left < 0) return std::unexpected(ScriptError::kTapscriptValidationWeight);
  if (key.empty()) return std::unexpected(ScriptError::kTapscriptEmptyPublicKey);
  if (key.size() != 32) {
    if (!execution.flags.has(ScriptFlag::kDiscourageUpgradablePublicKeyType)) return is_signed;
    return std::unexpected(ScriptError::kDiscourageUpgradablePublicKeyType);
  }
  if (!is_signed) return false;
  const ScriptError error =
      execution.checker.schnorr(signature, key.first<32>(), tapscript.annex_hash, &tapscript.place);
  if (error != ScriptError::kOk) return std::unexpected(error);
  return true;
}

Verdict check_signature(Execution& execution, const Item& signature, const Item& key) {
  return execution.version == SignatureVersion::kTapscript
             ? check_tapscript(execution, signature.bytes(), key.bytes())
             : check_ecdsa(execution, signature.bytes(), key.bytes());
}

// What CHECKMULTISIG finds on the stack, from the top: the number of keys, the keys, the last first,
// the number of signatures, the signatures, the last first, and one item more than it needs.
struct Multisig {
  std::span<const ByteView> keys() const { return {key_views.data(), key_count}; }
  std::span<const ByteView> signatures() const { return {signature_views.data(), signature_count}; }
  // Without the superfluous one.
  std::size_t item_count() const { return key_count + signature_count + 2; }

  std::size_t key_count = 0;
  std::size_t signature_count = 0;
  std::array<ByteView, kMaxMultisigKeys> key_views;
  std::array<ByteView, kMaxMultisigKeys> signature_views;
};

ScriptError read_keys(Execution& execution, Multisig& multisig) {
  if (execution.stack.empty()) return ScriptError::kInvalidStackOperation;
  const auto count = execution.number(0);
  if (!count) return ScriptError::kScriptNumber;
  if (count->value() < 0 || count->value() > std::int64_t{kMaxMultisigKeys}) {
    return ScriptError::kPublicKeyCount;
  }
  multisig.key_count = static_cast<std::size_t>(count->value());
  execution.operations += multisig.key_count;
  if (execution.operations > kMaxOperations) return ScriptError::kOpCount;
  if (!execution.stack.has(multisig.key_count + 2)) return ScriptError::kInvalidStackOperation;
  for (std::size_t i = 0; i < multisig.key_count; ++i) {
    multisig.key_views[i] = execution.stack.top(1 + i).bytes();
  }
  return ScriptError::kOk;
}

ScriptError read_signatures(Execution& execution, Multisig& multisig) {
  const std::size_t depth = multisig.key_count + 1;
  const auto count = execution.number(depth);
  if (!count) return ScriptError::kScriptNumber;
  if (count->value() < 0 || count->value() > static_cast<std::int64_t>(multisig.key_count)) {
    return ScriptError::kSignatureCount;
  }
  multisig.signature_count = static_cast<std::size_t>(count->value());
  if (!execution.stack.has(multisig.item_count() + 1)) return ScriptError::kInvalidStackOperation;
  for (std::size_t i = 0; i < multisig.signature_count; ++i) {
    multisig.signature_views[i] = execution.stack.top(depth + 1 + i).bytes();
  }
  return ScriptError::kOk;
}

// Each signature must match a key after that of the one before it; fails as soon as too few keys are
// left.
Verdict match(std::span<const ByteView> signatures, std::span<const ByteView> keys,
              SignedCode& code) {
  while (!signatures.empty()) {
    if (signatures.size() > keys.size()) return false;
    const Verdict valid = code.check(signatures.front(), keys.front());
    if (!valid) return valid;
    if (*valid) signatures = signatures.subspan(1);
    keys = keys.subspan(1);
  }
  return true;
}

Verdict check_multisig(Execution& execution, const Multisig& multisig) {
  SignedCode code(execution, multisig.signatures());
  if (code.error() != ScriptError::kOk) return std::unexpected(code.error());
  const Verdict valid = match(multisig.signatures(), multisig.keys(), code);
  const auto is_there = [](ByteView signature) { return !signature.empty(); };
  if (valid && !*valid && execution.flags.has(ScriptFlag::kNullFail) &&
      std::ranges::any_of(multisig.signatures(), is_there)) {
    return std::unexpected(ScriptError::kNullFail);
  }
  return valid;
}

}  // namespace

ScriptError op_code_separator(Execution& execution) {
  execution.script_code = execution.reader.rest();
  execution.digests.clear();
  if (execution.tapscript != nullptr) {
    execution.tapscript->place.separator_position = execution.position;
  }
  return ScriptError::kOk;
}

ScriptError op_check_sig(Execution& execution) {
  Stack& stack = execution.stack;
  if (!stack.has(2)) return ScriptError::kInvalidStackOperation;
  const Verdict valid = check_signature(execution, stack.top(1), stack.top(0));
  if (!valid) return valid.error();
  stack.drop(2);
  stack.push(Item::of_truth(*valid));
  return ScriptError::kOk;
}

ScriptError op_check_sig_verify(Execution& execution) {
  const ScriptError error = op_check_sig(execution);
  return error == ScriptError::kOk ? verify_top(execution, ScriptError::kCheckSigVerify) : error;
}

ScriptError op_check_sig_add(Execution& execution) {
  if (execution.version != SignatureVersion::kTapscript) return ScriptError::kBadOpcode;
  Stack& stack = execution.stack;
  if (!stack.has(3)) return ScriptError::kInvalidStackOperation;
  const auto number = execution.number(1);
  if (!number) return ScriptError::kScriptNumber;
  const Verdict valid = check_signature(execution, stack.top(2), stack.top(0));
  if (!valid) return valid.error();
  stack.drop(3);
  stack.push(ScriptNumber(number->value() + (*valid ? 1 : 0)).item());
  return ScriptError::kOk;
}

ScriptError op_check_multisig(Execution& execution) {
  if (execution.version == SignatureVersion::kTapscript) {
    return ScriptError::kTapscriptCheckMultisig;
  }
  Multisig multisig;
  ScriptError error = read_keys(execution, multisig);
  if (error == ScriptError::kOk) error = read_signatures(execution, multisig);
  if (error != ScriptError::kOk) return error;
  const Verdict valid = check_multisig(execution, multisig);
  if (!valid) return valid.error();
  execution.stack.drop(multisig.item_count());
  if (execution.flags.has(ScriptFlag::kNullDummy) && !execution.stack.top().empty()) {
    return ScriptError::kSignatureNullDummy;
  }
  execution.stack.top() = Item::of_truth(*valid);
  return ScriptError::kOk;
}

ScriptError op_check_multisig_verify(Execution& execution) {
  const ScriptError error = op_check_multisig(execution);
  return error == ScriptError::kOk ? verify_top(execution, ScriptError::kCheckMultisigVerify)
                                   : error;
}

}  // namespace veilwire::consensus

#include "veilwire/consensus/script/opcodes.h"
#include "veilwire/crypto/old_hashes.h"
#include "veilwire/crypto/sha256.h"

namespace veilwire::consensus {
namespace {

template <typename Hash>
ScriptError replace_by(Execution& execution, Hash hash) {
  if (execution.stack.empty()) return ScriptError::kInvalidStackOperation;
  Item& top = execution.stack.top();
  top = Item::of_copy(hash(top.bytes()));
  return ScriptError::kOk;
}

}  // namespace

ScriptError op_ripemd160(Execution& execution) { return replace_by(execution, crypto::ripemd160); }
ScriptError op_sha1(Execution& execution) { return replace_by(execution, crypto::sha1); }
ScriptError op_sha256(Execution& execution) { return replace_by(execution, crypto::sha256); }
ScriptError op_hash160(Execution& execution) { return replace_by(execution, crypto::hash160); }
ScriptError op_hash256(Execution& execution) { return replace_by(execution, crypto::sha256d); }

}  // namespace veilwire::consensus

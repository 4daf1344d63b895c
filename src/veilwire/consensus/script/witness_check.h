// Runs the witness program that an input spends, natively or nested in P2SH (BIP 141, 341, 342).
//
// A witness may have any number of items of any size: what is not run is not copied. Only a script
// that is going to run gets its items as a stack, of at most 1043: with more, no script but a
// tapscript that fails anyway could come down to 1000 after its first opcode. (What then fails is
// said to be the stack's size, whatever that opcode would have met first.)
#pragma once

#include <cstdint>

#include "veilwire/consensus/script/error.h"
#include "veilwire/consensus/script/execution.h"
#include "veilwire/consensus/script/flags.h"
#include "veilwire/consensus/script/script_form.h"
#include "veilwire/consensus/script/signature_checker.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::consensus {

enum class Nesting : std::uint8_t { kNative, kInP2sh };

class WitnessCheck {
 public:
  // All must outlive it.
  WitnessCheck(const wire::WitnessStack& witness, ScriptFlags flags, SignatureChecker& checker,
               ScriptWork& work)
      : witness_(witness), flags_(flags), checker_(checker), work_(work) {}

  ScriptError run(const WitnessProgram& what, Nesting nesting);

 private:
  ScriptError run_v0(ByteView program);
  ScriptError run_script_hash(ByteView program);
  ScriptError run_key_hash(ByteView program);
  ScriptError run_taproot(ByteView program);
  ScriptError run_leaf(crypto::XOnlyKeyView output_key, ByteView control, ByteView script,
                       std::size_t item_count);
  ScriptError run_tapscript(ByteView script, std::size_t item_count, Tapscript& tapscript);
  ScriptError run_on_items(ByteView script, std::size_t item_count, SignatureVersion version,
                           Tapscript* tapscript);

  const wire::WitnessStack& witness_;
  const ScriptFlags flags_;
  SignatureChecker& checker_;
  ScriptWork& work_;
  const Hash256* annex_hash_ = nullptr;
};

}  // namespace veilwire::consensus

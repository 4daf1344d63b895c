// Scripts together with what makes them succeed.
#pragma once

#include <variant>
#include <vector>

#include "dice.h"
#include "veilwire/base/bytes.h"
#include "veilwire/consensus/script/signature_version.h"

namespace veilwire::oracle {

using consensus::SignatureVersion;

// A signature that is made once the transaction is there.
struct SignatureSlot {
  std::uint8_t key = 1;
  // Where the script that it signs begins: after the last CODESEPARATOR executed. In bytes, and in
  // opcodes as BIP 342 counts them.
  std::size_t code_begin = 0;
  std::uint32_t separator_position = 0xffff'ffff;
};

using Argument = std::variant<Bytes, SignatureSlot>;

struct Program {
  Bytes script;
  std::vector<Argument> arguments;  // the top of the stack last
};

// What the transaction that will run it says about when it may be in a block, so that scripts can
// ask for just that.
struct Waits {
  std::uint32_t version = 2;
  std::uint32_t lock_time = 0;
  std::uint32_t sequence = 0xffff'ffff;
};

// One of many kinds: signatures, thresholds, branches, lock times, chains of opcodes.
Program random_program(Dice& dice, SignatureVersion version, const Waits& waits);

// Random opcodes over a stack that is followed closely enough for most of them to succeed.
Program random_opcodes(Dice& dice, SignatureVersion version);

}  // namespace veilwire::oracle

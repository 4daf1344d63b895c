// Outputs of every kind, and what opens them.
#pragma once

#include <optional>
#include <vector>

#include "program.h"
#include "signing.h"

namespace veilwire::oracle {

enum class Wrapping : std::uint8_t {
  kBare,
  kP2sh,
  kP2wsh,
  kP2shP2wsh,
  kTapscript,
  kP2wpkh,
  kP2shP2wpkh,
  kTaprootKey,
  kSignedInput,  // the signature is checked in the input's own script (FindAndDelete)
  kForeign,      // programs of no known version or length
};

struct Lock {
  Wrapping wrapping = Wrapping::kBare;
  Bytes output_script;
  Program program{};                     // what is run in the end
  std::uint8_t key = 1;                  // of the kinds with one key, and taproot's internal one
  std::optional<Hash256> merkle_root{};  // of taproot
  Bytes control_block{};
};

// What the instance can use: without segwit a witness is no use.
enum class Era : std::uint8_t { kOld, kSegwit };

Lock anybody_can_spend();
// A script behind its hash: kP2sh, kP2wsh, kP2shP2wsh; or kBare.
Lock script_lock(Wrapping wrapping, Program program);
Lock random_lock(Dice& dice, Era era, const Waits& waits);

// Of a script that is a taproot output's only leaf.
Lock tapscript_lock(Dice& dice, Program program);

// Fills the input's script and witness. `signer` is of this transaction.
void open(TransactionDraft& transaction, std::size_t input, const Lock& lock,
          const TransactionSigner& signer, Dice& dice);

}  // namespace veilwire::oracle

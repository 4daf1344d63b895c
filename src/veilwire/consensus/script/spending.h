// A transaction with what it spends, and the digests that its signatures share.
//
// Made once, then read by any number of threads: nothing in it changes. Where the transaction has a
// witness, making it hashes its outpoints, sequences and outputs once, and the amounts and scripts
// that it spends where one of them is taproot's: what BIP 143 and BIP 341 let signatures share. One
// allocation for the inputs, one for the outputs, one for the witness.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::consensus {

// What all inputs, or all outputs, come to in BIP 143's signature hash.
struct SegwitDigests {
  Hash256 previous{};
  Hash256 sequences{};
  Hash256 outputs{};
};

// The same for BIP 341, whose hashes are single.
struct TaprootDigests {
  Hash256 previous{};
  Hash256 amounts{};
  Hash256 scripts{};
  Hash256 sequences{};
  Hash256 outputs{};
};

class Spending {
 public:
  // `spent`: one output for each input, in the order of the inputs. `owner` keeps alive the bytes
  // that both point into; it may be null where the caller does.
  Spending(const wire::Transaction& transaction, std::vector<wire::Output> spent,
           std::shared_ptr<const void> owner);

  const wire::Transaction& transaction() const { return transaction_; }
  // False where there are not as many spent outputs as inputs: no script can be checked then.
  bool is_complete() const { return spent_.size() == inputs_.size(); }
  std::size_t input_count() const { return inputs_.size(); }

  // REQUIRES of all three: `input` < input_count(); of spent(): is_complete().
  const wire::Input& input(std::size_t input) const { return inputs_[input]; }
  const wire::Output& spent(std::size_t input) const { return spent_[input]; }
  // Empty where the transaction has no witness.
  wire::WitnessStack witness(std::size_t input) const {
    return witness_.empty() ? wire::WitnessStack() : witness_[input];
  }
  std::span<const wire::Input> inputs() const { return inputs_; }
  std::span<const wire::Output> outputs() const { return outputs_; }

  // There where an input could have a signature of the kind. Null without any witness or where the
  // spending is not complete; the one where taproot outputs are all that is spent, the other where
  // none is.
  const SegwitDigests* segwit_digests() const { return segwit_ ? &*segwit_ : nullptr; }
  const TaprootDigests* taproot_digests() const { return taproot_ ? &*taproot_ : nullptr; }

 private:
  void make_digests();

  wire::Transaction transaction_;
  std::vector<wire::Input> inputs_;
  std::vector<wire::Output> outputs_;
  std::vector<wire::Output> spent_;
  std::vector<wire::WitnessStack> witness_;
  std::shared_ptr<const void> owner_;
  std::optional<SegwitDigests> segwit_;
  std::optional<TaprootDigests> taproot_;
};

}  // namespace veilwire::consensus

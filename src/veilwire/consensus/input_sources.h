// Where each input of a block takes its coin from: an earlier transaction of the same block, or the
// chain before it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "veilwire/wire/transaction.h"

namespace veilwire::consensus {

// Eight bytes, since a block has thousands.
class InputSource {
 public:
  static InputSource outside(std::uint32_t ordinal) { return {kOutside, ordinal}; }
  static InputSource nowhere() { return {kNowhere, 0}; }
  static InputSource inside(std::uint32_t transaction, std::uint32_t output) {
    return {transaction, output};
  }

  bool is_outside() const { return transaction_ == kOutside; }
  // No such output, or an earlier input has taken it already.
  bool is_nowhere() const { return transaction_ == kNowhere; }
  // REQUIRES: is_outside(). The place among InputSources::outside.
  std::uint32_t ordinal() const { return place_; }
  // REQUIRES of both: neither outside nor nowhere. The output's place among all of the block's.
  std::uint32_t transaction() const { return transaction_; }
  std::uint32_t output() const { return place_; }

 private:
  static constexpr std::uint32_t kOutside = 0xffff'ffff;
  static constexpr std::uint32_t kNowhere = 0xffff'fffe;

  InputSource(std::uint32_t transaction, std::uint32_t place)
      : transaction_(transaction), place_(place) {}

  std::uint32_t transaction_;
  std::uint32_t place_;
};

struct InputSources {
  // One for each input in block order, the coinbase's left out.
  std::vector<InputSource> of_inputs;
  // What is to be taken from the chain, in the order of its inputs. No two are the same: a coin is
  // taken once, whoever looks it up and how.
  std::vector<wire::Outpoint> outside;
  // Every output of the block, and where each transaction's begin; one more for the end.
  std::vector<wire::Output> outputs;
  std::vector<std::uint32_t> first_output;
  // For each output: whether a later transaction of the block takes it.
  std::vector<std::uint8_t> is_spent_inside;
};

// Matches them in block order. `salt` keeps whoever made the block from choosing ids that share a
// place in the table of ids; its hash, which nobody knows before the ids are chosen, is one.
// Time and memory: one step for each input and output.
InputSources find_input_sources(std::span<const wire::Transaction> transactions,
                                std::span<const wire::TransactionIds> ids, const Hash256& salt);

}  // namespace veilwire::consensus

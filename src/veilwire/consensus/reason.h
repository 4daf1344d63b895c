// The rules that a block or a transaction can break, by the names that Bitcoin Core's RPC and logs
// give them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace veilwire::consensus {

enum class Reason : std::uint8_t {
  // The header.
  kHighHash,
  kBadDifficultyBits,
  kTimeTooOld,
  kTimewarpAttack,
  kTimeTooNew,
  kBadVersion,
  // The block, without what it spends.
  kBadSignetSignature,
  kBadMerkleRoot,
  kDuplicateTransactions,
  kBadBlockLength,
  kCoinbaseMissing,
  kCoinbaseMultiple,
  kBadCoinbaseHeight,
  kBadWitnessReservedValue,
  kBadWitnessCommitment,
  kUnexpectedWitness,
  kBadBlockWeight,
  // A transaction, without what it spends.
  kNoInputs,
  kNoOutputs,
  kOversize,
  kOutputNegative,
  kOutputTooLarge,
  kOutputTotalTooLarge,
  kInputsDuplicate,
  kBadCoinbaseLength,
  kPrevoutNull,
  kNonFinal,  // its lock time, or what it spends is too young for its sequence numbers
  // Both, with what they spend.
  kBip30,
  kInputsMissingOrSpent,
  kPrematureSpendOfCoinbase,
  kInputValuesOutOfRange,
  kInputsBelowOutputs,
  kFeeOutOfRange,
  kAccumulatedFeeOutOfRange,
  kBadSigops,
  kBadCoinbaseAmount,
  kScriptFailed,
};

// What a broken rule says of the block's hash.
enum class Guilt : std::uint8_t {
  kBlock,  // no block of that hash is valid: it may be remembered as bad
  kCopy,   // these bytes are wrong, another copy with the same hash may be right
  kClock,  // it may be right later
};

// "bad-txns-inputs-missingorspent".
std::string_view reason_name(Reason reason);
Guilt guilt_of(Reason reason);

// Every one, in the order of the enumeration.
std::span<const Reason> reasons();

}  // namespace veilwire::consensus

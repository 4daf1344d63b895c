#include "veilwire/consensus/reason.h"

#include <array>

namespace veilwire::consensus {
namespace {

struct Row {
  Reason reason;
  std::string_view name;
  Guilt guilt = Guilt::kBlock;
};

// The one place. A row lies at the place of its number.
constexpr std::array kTable{
    Row{Reason::kHighHash, "high-hash"},
    Row{Reason::kBadDifficultyBits, "bad-diffbits"},
    Row{Reason::kTimeTooOld, "time-too-old"},
    Row{Reason::kTimewarpAttack, "time-timewarp-attack"},
    Row{Reason::kTimeTooNew, "time-too-new", Guilt::kClock},
    Row{Reason::kBadVersion, "bad-version"},
    Row{Reason::kBadSignetSignature, "bad-signet-blksig"},
    Row{Reason::kBadMerkleRoot, "bad-txnmrklroot", Guilt::kCopy},
    Row{Reason::kDuplicateTransactions, "bad-txns-duplicate", Guilt::kCopy},
    Row{Reason::kBadBlockLength, "bad-blk-length"},
    Row{Reason::kCoinbaseMissing, "bad-cb-missing"},
    Row{Reason::kCoinbaseMultiple, "bad-cb-multiple"},
    Row{Reason::kBadCoinbaseHeight, "bad-cb-height"},
    Row{Reason::kBadWitnessReservedValue, "bad-witness-nonce-size", Guilt::kCopy},
    Row{Reason::kBadWitnessCommitment, "bad-witness-merkle-match", Guilt::kCopy},
    Row{Reason::kUnexpectedWitness, "unexpected-witness", Guilt::kCopy},
    Row{Reason::kBadBlockWeight, "bad-blk-weight"},
    Row{Reason::kNoInputs, "bad-txns-vin-empty"},
    Row{Reason::kNoOutputs, "bad-txns-vout-empty"},
    Row{Reason::kOversize, "bad-txns-oversize"},
    Row{Reason::kOutputNegative, "bad-txns-vout-negative"},
    Row{Reason::kOutputTooLarge, "bad-txns-vout-toolarge"},
    Row{Reason::kOutputTotalTooLarge, "bad-txns-txouttotal-toolarge"},
    Row{Reason::kInputsDuplicate, "bad-txns-inputs-duplicate"},
    Row{Reason::kBadCoinbaseLength, "bad-cb-length"},
    Row{Reason::kPrevoutNull, "bad-txns-prevout-null"},
    Row{Reason::kNonFinal, "bad-txns-nonfinal"},
    Row{Reason::kBip30, "bad-txns-BIP30"},
    Row{Reason::kInputsMissingOrSpent, "bad-txns-inputs-missingorspent"},
    Row{Reason::kPrematureSpendOfCoinbase, "bad-txns-premature-spend-of-coinbase"},
    Row{Reason::kInputValuesOutOfRange, "bad-txns-inputvalues-outofrange"},
    Row{Reason::kInputsBelowOutputs, "bad-txns-in-belowout"},
    Row{Reason::kFeeOutOfRange, "bad-txns-fee-outofrange"},
    Row{Reason::kAccumulatedFeeOutOfRange, "bad-txns-accumulated-fee-outofrange"},
    Row{Reason::kBadSigops, "bad-blk-sigops"},
    Row{Reason::kBadCoinbaseAmount, "bad-cb-amount"},
    Row{Reason::kScriptFailed, "block-script-verify-flag-failed"},
};

constexpr auto kReasons = [] {
  std::array<Reason, kTable.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].reason) != i) throw "a row is out of its place";
    all[i] = kTable[i].reason;
  }
  return all;
}();

const Row& row_of(Reason reason) { return kTable[static_cast<std::size_t>(reason)]; }

}  // namespace

std::string_view reason_name(Reason reason) { return row_of(reason).name; }
Guilt guilt_of(Reason reason) { return row_of(reason).guilt; }
std::span<const Reason> reasons() { return kReasons; }

}  // namespace veilwire::consensus

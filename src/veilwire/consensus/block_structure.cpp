#include "veilwire/consensus/block_structure.h"

#include <algorithm>
#include <numeric>

#include "veilwire/consensus/script/opcode.h"
#include "veilwire/consensus/script/sigops.h"
#include "veilwire/consensus/transaction_check.h"

namespace veilwire::consensus {
namespace {

constexpr std::size_t kInnerNodeBytes = 2 * sizeof(Hash256);

std::optional<Failure> check_root(const ParsedBlock& block) {
  const wire::MerkleRoot root = wire::merkle_root_of_txids(block.ids());
  if (root.root != block.header().merkle_root) return Failure{Reason::kBadMerkleRoot};
  if (root.is_mutated) return Failure{Reason::kDuplicateTransactions};
  return std::nullopt;
}

bool has_good_length(const wire::Block& block) {
  const Weight least(kWitnessScale * block.transactions.size());
  return !block.transactions.empty() && least <= kMaxBlockWeight &&
         Weight(kWitnessScale * block.base_size()) <= kMaxBlockWeight;
}

bool may_have_inner_nodes(std::span<const wire::Transaction> transactions) {
  return std::ranges::any_of(transactions, [](const wire::Transaction& transaction) {
    return transaction.base_size() == kInnerNodeBytes;
  });
}

std::optional<Failure> check_coinbases(std::span<const wire::Transaction> transactions) {
  if (!transactions.front().is_coinbase()) {
    const bool may_be_the_copy = may_have_inner_nodes(transactions);
    return Failure{.reason = Reason::kCoinbaseMissing,
                   .guilt = may_be_the_copy ? Guilt::kCopy : Guilt::kBlock};
  }
  for (std::uint32_t i = 1; i < transactions.size(); ++i) {
    if (!transactions[i].is_coinbase()) continue;
    return Failure{.reason = Reason::kCoinbaseMultiple, .transaction = i};
  }
  return std::nullopt;
}

std::optional<Failure> check_transactions(std::span<const wire::Transaction> transactions) {
  for (std::uint32_t i = 0; i < transactions.size(); ++i) {
    const auto reason = check_transaction(transactions[i]);
    if (reason) return Failure{.reason = *reason, .transaction = i};
  }
  return std::nullopt;
}

bool names_its_height(const ParsedBlock& block, const BlockContext& context) {
  const ByteView script = (*block.transactions().front().inputs().begin()).script;
  const Bytes push = height_push(context.height);
  return script.size() >= push.size() && std::ranges::equal(script.first(push.size()), push);
}

std::optional<Failure> check_finality(const ParsedBlock& block, const BlockContext& context) {
  const UnixTime cutoff = context.lock_time_cutoff(block.header());
  const auto transactions = block.transactions();
  for (std::uint32_t i = 0; i < transactions.size(); ++i) {
    if (is_final(transactions[i], context.height, cutoff)) continue;
    return Failure{.reason = Reason::kNonFinal, .transaction = i};
  }
  return std::nullopt;
}

std::optional<Failure> check_commitment(const ParsedBlock& block) {
  switch (wire::check_witness_commitment(block.block(), block.ids())) {
    case wire::WitnessCommitment::kMatches:
    case wire::WitnessCommitment::kNoneNeeded:
      return std::nullopt;
    case wire::WitnessCommitment::kMissing:
      return Failure{Reason::kUnexpectedWitness};
    case wire::WitnessCommitment::kBadReservedValue:
      return Failure{Reason::kBadWitnessReservedValue};
    case wire::WitnessCommitment::kMismatch:
      break;
  }
  return Failure{Reason::kBadWitnessCommitment};
}

// Where segwit does not hold yet, a witness has no place at all.
std::optional<Failure> check_no_witness(const ParsedBlock& block) {
  const auto transactions = block.transactions();
  const auto found = std::ranges::find_if(transactions, &wire::Transaction::has_witness);
  if (found == transactions.end()) return std::nullopt;
  return Failure{.reason = Reason::kUnexpectedWitness,
                 .transaction = static_cast<std::uint32_t>(found - transactions.begin())};
}

}  // namespace

std::vector<std::uint32_t> own_sigops(std::span<const wire::Transaction> transactions) {
  std::vector<std::uint32_t> counts;
  counts.reserve(transactions.size());
  for (const wire::Transaction& transaction : transactions) {
    std::size_t count = 0;
    for (const wire::Input& input : transaction.inputs()) {
      count += count_sigops(input.script, MultisigCounting::kAlwaysMost);
    }
    for (const wire::Output& output : transaction.outputs()) {
      count += count_sigops(output.script, MultisigCounting::kAlwaysMost);
    }
    counts.push_back(static_cast<std::uint32_t>(count));
  }
  return counts;
}

std::optional<Failure> check_structure(const ParsedBlock& block,
                                       std::span<const std::uint32_t> own_sigops) {
  if (auto failure = check_root(block)) return failure;
  if (!has_good_length(block.block())) return Failure{Reason::kBadBlockLength};
  if (auto failure = check_coinbases(block.transactions())) return failure;
  if (auto failure = check_transactions(block.transactions())) return failure;
  const auto total = std::reduce(own_sigops.begin(), own_sigops.end(), std::uint64_t{0});
  if (SigopCost(kWitnessScale * total) > kMaxBlockSigopCost) return Failure{Reason::kBadSigops};
  return std::nullopt;
}

std::optional<Failure> check_place(const ParsedBlock& block, const BlockContext& context) {
  if (auto failure = check_finality(block, context)) return failure;
  if (context.bip34_holds() && !names_its_height(block, context)) {
    return Failure{.reason = Reason::kBadCoinbaseHeight, .transaction = 0};
  }
  const bool segwit = context.segwit_holds();
  if (auto failure = segwit ? check_commitment(block) : check_no_witness(block)) return failure;
  if (Weight(block.block().weight()) > kMaxBlockWeight) return Failure{Reason::kBadBlockWeight};
  return std::nullopt;
}

Bytes height_push(protocol::Height height) {
  const std::uint32_t number = height.value();
  if (number == 0) return {kOp0};
  if (number <= 16) return {static_cast<std::uint8_t>(kOp1 + number - 1)};
  Bytes push{0};
  for (std::uint32_t left = number; left != 0; left >>= 8) {
    push.push_back(static_cast<std::uint8_t>(left));
  }
  // The highest bit would be the sign.
  if ((push.back() & 0x80) != 0) push.push_back(0);
  push.front() = static_cast<std::uint8_t>(push.size() - 1);
  return push;
}

}  // namespace veilwire::consensus

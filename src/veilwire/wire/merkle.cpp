#include "veilwire/wire/merkle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "veilwire/crypto/sha256.h"

namespace veilwire::wire {
namespace {

// OP_RETURN, a push of 36 bytes, and the four bytes that BIP 141 chose.
constexpr std::array<std::uint8_t, 6> kCommitmentPrefix = {0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed};

Hash256 hash_of_pair(const Hash256& left, const Hash256& right) {
  std::array<std::uint8_t, 64> pair;
  std::ranges::copy(left, pair.begin());
  std::ranges::copy(right, pair.begin() + 32);
  return crypto::sha256d(pair);
}

template <typename Id>
std::vector<Hash256> leaves_of(std::span<const TransactionIds> ids, Id id) {
  std::vector<Hash256> leaves;
  leaves.reserve(ids.size());
  for (const TransactionIds& both : ids) leaves.push_back(both.*id);
  return leaves;
}

bool is_commitment(ByteView script) {
  return script.size() >= kCommitmentPrefix.size() + sizeof(Hash256) &&
         std::ranges::equal(script.first(kCommitmentPrefix.size()), kCommitmentPrefix);
}

std::optional<ByteView> commitment_of(const Transaction& coinbase) {
  const auto place = commitment_output(coinbase);
  if (!place) return std::nullopt;
  const Output output = *std::next(coinbase.outputs().begin(), *place);
  return output.script.subspan(kCommitmentPrefix.size(), sizeof(Hash256));
}

std::optional<Hash256> reserved_value_of(const Transaction& coinbase) {
  const ItemRange<WitnessStack> witness = coinbase.witness();
  if (witness.empty()) return std::nullopt;
  const WitnessStack stack = *witness.begin();
  if (stack.size() != 1) return std::nullopt;
  const ByteView item = (*stack.begin()).bytes;
  Hash256 value;
  if (item.size() != value.size()) return std::nullopt;
  std::ranges::copy(item, value.begin());
  return value;
}

}  // namespace

std::vector<TransactionIds> ids_of(const Block& block) {
  std::vector<TransactionIds> ids;
  ids.reserve(block.transactions.size());
  for (const Transaction& transaction : block.transactions) ids.push_back(transaction.ids());
  return ids;
}

MerkleRoot merkle_root(std::vector<Hash256> row) {
  MerkleRoot result;
  if (row.empty()) return result;
  while (row.size() > 1) {
    const bool is_odd = row.size() % 2 != 0;
    for (std::size_t i = 0; i + 1 < row.size(); i += 2) {
      if (row[i] == row[i + 1]) result.is_mutated = true;
      row[i / 2] = hash_of_pair(row[i], row[i + 1]);
    }
    if (is_odd) row[row.size() / 2] = hash_of_pair(row.back(), row.back());
    row.resize((row.size() + 1) / 2);
  }
  result.root = row.front();
  return result;
}

MerkleRoot merkle_root_of_txids(std::span<const TransactionIds> ids) {
  return merkle_root(leaves_of(ids, &TransactionIds::txid));
}

Hash256 witness_root(std::span<const TransactionIds> ids) {
  std::vector<Hash256> leaves = leaves_of(ids, &TransactionIds::wtxid);
  if (!leaves.empty()) leaves.front() = {};
  return merkle_root(std::move(leaves)).root;
}

std::optional<std::uint32_t> commitment_output(const Transaction& coinbase) {
  std::optional<std::uint32_t> place;
  std::uint32_t at = 0;
  for (const Output& output : coinbase.outputs()) {
    if (is_commitment(output.script)) place = at;
    ++at;
  }
  return place;
}

WitnessCommitment check_witness_commitment(const Block& block,
                                           std::span<const TransactionIds> ids) {
  const std::optional<ByteView> commitment =
      block.transactions.empty() ? std::nullopt : commitment_of(block.transactions.front());
  if (!commitment) {
    const bool any_witness = std::ranges::any_of(block.transactions, &Transaction::has_witness);
    return any_witness ? WitnessCommitment::kMissing : WitnessCommitment::kNoneNeeded;
  }
  const std::optional<Hash256> reserved = reserved_value_of(block.transactions.front());
  if (!reserved) return WitnessCommitment::kBadReservedValue;
  return std::ranges::equal(hash_of_pair(witness_root(ids), *reserved), *commitment)
             ? WitnessCommitment::kMatches
             : WitnessCommitment::kMismatch;
}

}  // namespace veilwire::wire

#include "veilwire/wire/merkle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/sha256_many.h"

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

// Each a left and a right one under the same node.
bool has_equal_pair(std::span<const Hash256> row) {
  for (std::size_t i = 0; i + 1 < row.size(); i += 2) {
    if (row[i] == row[i + 1]) return true;
  }
  return false;
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
  std::vector<TransactionIds> ids(block.transactions.size());
  crypto::Sha256dQueue queue;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Transaction& transaction = block.transactions[i];
    queue.add(transaction.base_parts(), ids[i].txid);
    if (transaction.has_witness()) queue.add(transaction.bytes(), ids[i].wtxid);
  }
  queue.finish();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!block.transactions[i].has_witness()) ids[i].wtxid = ids[i].txid;
  }
  return ids;
}

MerkleRoot merkle_root(std::vector<Hash256> row) {
  MerkleRoot result;
  if (row.empty()) return result;
  while (row.size() > 1) {
    if (has_equal_pair(row)) result.is_mutated = true;
    const std::size_t pairs = row.size() / 2;
    const bool is_odd = row.size() % 2 != 0;
    const Hash256 last = is_odd ? hash_of_pair(row.back(), row.back()) : Hash256{};
    crypto::sha256d_64({row.front().data(), 2 * pairs * sizeof(Hash256)},
                       std::span(row).first(pairs));
    row.resize(pairs);
    if (is_odd) row.push_back(last);
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

Bytes commitment_script(std::span<const TransactionIds> ids, const Hash256& reserved) {
  Bytes script(kCommitmentPrefix.begin(), kCommitmentPrefix.end());
  const Hash256 commitment = hash_of_pair(witness_root(ids), reserved);
  script.insert(script.end(), commitment.begin(), commitment.end());
  return script;
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

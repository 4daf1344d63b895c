// Merkle trees over a block's transactions, and the commitment to their witnesses (BIP 141).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "veilwire/base/hash256.h"
#include "veilwire/wire/block.h"

namespace veilwire::wire {

// In block order.
std::vector<TransactionIds> ids_of(const Block& block);

struct MerkleRoot {
  Hash256 root{};  // zeros where there are no leaves
  // Two neighbours under one node are equal. A row of odd length is filled up with its last hash,
  // so that a list with its end repeated has the root of the list itself (CVE-2012-2459). Such a
  // block is to be refused without remembering its hash as bad: the honest block has the same one.
  bool is_mutated = false;
};

// Works in the row that it is given and allocates nothing.
MerkleRoot merkle_root(std::vector<Hash256> row);

// Over the txids; what the header commits to.
MerkleRoot merkle_root_of_txids(std::span<const TransactionIds> ids);
// Over the wtxids, with zeros for the first one. It has no `is_mutated` of its own: the txids tell.
Hash256 witness_root(std::span<const TransactionIds> ids);

// The script of a coinbase's output that commits to the witnesses of a block with these ids, of which the
// first one's does not matter, under the value that the coinbase's own witness has (BIP 141).
Bytes commitment_script(std::span<const TransactionIds> ids, const Hash256& reserved);
// The place of the coinbase's output that commits to the witnesses: of several the last one.
std::optional<std::uint32_t> commitment_output(const Transaction& coinbase);

enum class WitnessCommitment : std::uint8_t {
  kMatches,
  kNoneNeeded,        // no commitment, and no transaction has a witness
  kMissing,           // no commitment, but a transaction has a witness
  kBadReservedValue,  // the coinbase's witness is not one item of 32 bytes
  kMismatch,          // the commitment is to other witnesses
};

// Where segregated witness is in force. `ids` are those of the block.
WitnessCommitment check_witness_commitment(const Block& block, std::span<const TransactionIds> ids);

}  // namespace veilwire::wire

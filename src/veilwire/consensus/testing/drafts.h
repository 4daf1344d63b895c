// Transactions and blocks put together for a test, and the bytes that they make.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "veilwire/consensus/block_structure.h"
#include "veilwire/consensus/script/opcode.h"
#include "veilwire/consensus/subsidy.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/merkle.h"

namespace veilwire::consensus::testing {

inline const Bytes kAnybodyCanSpend{kOp1};

inline Bytes owned(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

struct InputDraft {
  wire::Outpoint previous{.txid = {}, .index = 0xffff'ffff};
  Bytes script{};
  std::uint32_t sequence = 0xffff'ffff;
  std::vector<Bytes> witness{};
};

struct OutputDraft {
  std::int64_t value = 0;
  Bytes script = kAnybodyCanSpend;
};

struct TransactionDraft {
  std::uint32_t version = 2;
  std::vector<InputDraft> inputs{};
  std::vector<OutputDraft> outputs{};
  std::uint32_t lock_time = 0;

  static TransactionDraft of(const wire::Transaction& transaction) {
    const auto parts = wire::TransactionParts::of(transaction);
    TransactionDraft draft{.version = parts.version, .lock_time = parts.lock_time};
    for (const wire::Input& input : parts.inputs) {
      draft.inputs.push_back(
          {.previous = input.previous, .script = owned(input.script), .sequence = input.sequence});
    }
    for (const wire::Output& output : parts.outputs) {
      draft.outputs.push_back({output.value, owned(output.script)});
    }
    for (std::size_t i = 0; i < parts.witness.size(); ++i) {
      for (const ByteView item : parts.witness[i]) draft.inputs[i].witness.push_back(owned(item));
    }
    return draft;
  }

  // Points into the draft.
  wire::TransactionParts parts() const {
    wire::TransactionParts parts;
    parts.version = version;
    parts.lock_time = lock_time;
    for (const InputDraft& input : inputs) {
      parts.inputs.push_back({input.previous, input.script, input.sequence});
      parts.witness.emplace_back(input.witness.begin(), input.witness.end());
    }
    for (const OutputDraft& output : outputs)
      parts.outputs.push_back({output.value, output.script});
    return parts;
  }
  Bytes bytes() const { return wire::serialize(parts()); }
  Hash256 txid() const {
    Bytes base;
    wire::Writer writer(base);
    parts().write_without_witness(writer);
    return crypto::sha256d(base);
  }
  wire::Outpoint outpoint(std::uint32_t output) const { return {txid(), output}; }
};

// Spends everything listed, in this order, into one output.
inline TransactionDraft spend(std::vector<wire::Outpoint> coins, std::int64_t value) {
  TransactionDraft draft;
  for (const wire::Outpoint& coin : coins) draft.inputs.push_back({.previous = coin});
  draft.outputs.push_back({.value = value});
  return draft;
}

inline TransactionDraft coinbase(protocol::Height height, Amount value) {
  TransactionDraft draft;
  Bytes script = height_push(height);
  script.push_back(kOp0);  // two bytes at the least
  draft.inputs.push_back({.script = script});
  draft.outputs.push_back({.value = value.units()});
  return draft;
}

struct BlockDraft {
  wire::BlockHeader header{};
  std::vector<TransactionDraft> transactions{};

  static BlockDraft of(const wire::Block& block) {
    BlockDraft draft{.header = block.header};
    for (const wire::Transaction& each : block.transactions) {
      draft.transactions.push_back(TransactionDraft::of(each));
    }
    return draft;
  }

  std::vector<wire::TransactionIds> ids() const {
    std::vector<wire::TransactionIds> ids;
    for (const TransactionDraft& each : transactions) {
      ids.push_back({each.txid(), crypto::sha256d(each.bytes())});
    }
    return ids;
  }
  // To the witnesses, by an output of the coinbase (BIP 141).
  void commit() {
    transactions[0].inputs[0].witness = {Bytes(32, 0)};
    Bytes script{kOpReturn, 0x24, 0xaa, 0x21, 0xa9, 0xed};
    script.resize(script.size() + sizeof(Hash256));
    transactions[0].outputs.push_back({.value = 0, .script = script});
    renew_commitment();
  }
  // Where there is one.
  void renew_commitment() {
    TransactionDraft& first = transactions[0];
    if (first.inputs[0].witness.empty()) return;
    const Bytes bytes = first.bytes();
    const auto place = wire::commitment_output(wire::parse<wire::Transaction>(bytes).value());
    if (!place) return;
    Bytes pair = owned(wire::witness_root(ids()));
    const Bytes& reserved = first.inputs[0].witness[0];
    pair.insert(pair.end(), reserved.begin(), reserved.end());
    std::ranges::copy(crypto::sha256d(pair), first.outputs[*place].script.begin() + 6);
  }
  void set_root() { header.merkle_root = wire::merkle_root_of_txids(ids()).root; }
  // For targets that two hashes in three, or so, meet.
  void mine() {
    while (!wire::meets_own_target(header)) ++header.nonce;
  }
  Bytes bytes() const {
    Bytes out;
    wire::Writer writer(out);
    header.write(writer);
    writer.compact_size(transactions.size());
    for (const TransactionDraft& each : transactions) writer.bytes(each.bytes());
    return out;
  }
};

}  // namespace veilwire::consensus::testing

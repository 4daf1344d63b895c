// A transaction, with its witness where it has one (BIP 144), as a view of the bytes it was read
// from.
//
// Reading checks all of it, so that the ranges need no checks and nothing is allocated. The bytes
// must outlive the transaction and everything taken from it.
//
// Refused: a witness form in which no input has a witness (kSuperfluousWitness), a flag other than
// 1 (kUnknownTransactionFlag), counts and lengths over what is left (kTruncated). Amounts are not
// judged. A count of no inputs is the witness form's marker, whatever follows; only where a zero
// byte follows is it a transaction without inputs and outputs. That is how peers read it.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/protocol/message_kind.h"
#include "veilwire/wire/item_range.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

// An input and an output each, without scripts. Smaller ones are valid nowhere. They can be read
// alone, but not in a list, so that what a list takes in memory is bounded by its bytes.
inline constexpr std::size_t kMinTransactionBytes = 60;

struct Outpoint {
  Hash256 txid{};
  std::uint32_t index = 0;

  friend auto operator<=>(const Outpoint&, const Outpoint&) = default;
};

struct Input {
  static constexpr std::size_t kMinBytes = 41;

  Outpoint previous;
  ByteView script;
  std::uint32_t sequence = 0xffff'ffff;

  static Input take(const std::uint8_t*& at);
};

struct Output {
  static constexpr std::size_t kMinBytes = 9;

  std::int64_t value = 0;  // in units of 10^-8 bitcoin; any value
  ByteView script;

  static Output take(const std::uint8_t*& at);
};

struct WitnessItem {
  ByteView bytes;

  static WitnessItem take(const std::uint8_t*& at);
};

// The witness of one input.
struct WitnessStack : ItemRange<WitnessItem> {
  using ItemRange::ItemRange;

  static WitnessStack take(const std::uint8_t*& at);
};

struct TransactionIds {
  Hash256 txid{};
  Hash256 wtxid{};

  friend bool operator==(const TransactionIds&, const TransactionIds&) = default;
};

class Transaction {
 public:
  // One without inputs and outputs.
  Transaction();
  static Transaction read(Reader& reader);
  // The very bytes that were read.
  void write(Writer& writer) const { writer.bytes(bytes()); }
  ByteView bytes() const { return {begin_, end_}; }

  std::uint32_t version() const { return load_le<std::uint32_t>(begin_); }
  ItemRange<Input> inputs() const { return {inputs_, input_count_}; }
  ItemRange<Output> outputs() const { return {outputs_, output_count_}; }
  // As they are written, without their count.
  ByteView output_bytes() const { return {outputs_, outputs_end_}; }
  bool has_witness() const { return form_ == Form::kWitness; }
  // One stack for each input in its order, or none at all.
  ItemRange<WitnessStack> witness() const {
    return {outputs_end_, has_witness() ? input_count_ : 0};
  }
  std::uint32_t lock_time() const { return load_le<std::uint32_t>(end_ - kLockTimeBytes); }
  // Its only input spends nothing: the first transaction of a block.
  bool is_coinbase() const;

  // BIP 141: without marker, flag and witness; with them; three times the one and once the other.
  std::size_t base_size() const;
  std::size_t total_size() const { return bytes().size(); }
  std::size_t weight() const { return 3 * base_size() + total_size(); }

  // The bytes without marker, flag and witness, in parts that follow each other; empty ones where
  // there is no witness.
  std::array<ByteView, 3> base_parts() const;

  // Double SHA-256 of the transaction without its witness, which is not copied, and with it. Where
  // there is no witness the two are one; ids() then hashes once.
  Hash256 txid() const;
  Hash256 wtxid() const;
  TransactionIds ids() const;

 private:
  static constexpr std::size_t kVersionBytes = 4;
  static constexpr std::size_t kLockTimeBytes = 4;
  static constexpr std::size_t kMarkerAndFlagBytes = 2;

  enum class Form : std::uint8_t { kPlain, kWitness };

  void read_inputs_and_outputs(Reader& reader);
  const std::uint8_t* counts_begin() const {
    return begin_ + kVersionBytes + (has_witness() ? kMarkerAndFlagBytes : 0);
  }

  const std::uint8_t* begin_;
  const std::uint8_t* inputs_;  // the first input, behind the count
  const std::uint8_t* outputs_;
  const std::uint8_t* outputs_end_;
  const std::uint8_t* end_;
  std::size_t input_count_ = 0;
  std::size_t output_count_ = 0;
  Form form_ = Form::kPlain;
};

// One of a list: kBadValue under kMinTransactionBytes.
Transaction read_listed_transaction(Reader& reader);

// A count and as many transactions: what a block and a blocktxn have. One allocation. A count over
// `at_most` is kTooMany, one over what the bytes left could hold kTruncated.
std::vector<Transaction> read_transactions(Reader& reader, std::size_t at_most = SIZE_MAX);
void write_transactions(Writer& writer, std::span<const Transaction> transactions);

// A transaction made of parts: what is to be written, not what was read. It is written with a
// witness where a stack has an item. REQUIRES: as many witness stacks as inputs, or none; an input,
// unless there are no outputs either (without it the bytes would mean something else, see above).
struct TransactionParts {
  std::uint32_t version = 2;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<std::vector<ByteView>> witness;
  std::uint32_t lock_time = 0;

  // The parts point where the transaction points.
  static TransactionParts of(const Transaction& transaction);
  void write(Writer& writer) const;
  // What the txid is the hash of.
  void write_without_witness(Writer& writer) const;
};

// Points into the payload.
struct Tx {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kTx;

  Transaction transaction;

  static Tx read(Reader& reader) { return {Transaction::read(reader)}; }
  void write(Writer& writer) const { transaction.write(writer); }
};

}  // namespace veilwire::wire

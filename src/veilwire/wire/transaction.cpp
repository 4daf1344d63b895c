#include "veilwire/wire/transaction.h"

#include <algorithm>
#include <limits>

#include "veilwire/crypto/sha256.h"
#include "veilwire/wire/taking.h"

namespace veilwire::wire {
namespace {

// The protocol limits them by nothing but the message's size.
constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
constexpr std::uint8_t kWitnessFlag = 1;
constexpr std::array<std::uint8_t, 10> kEmptyTransaction{};

void skip_inputs(Reader& reader, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    reader.bytes(36);
    reader.sized_bytes(kAny);
    reader.bytes(4);
  }
}

void skip_outputs(Reader& reader, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    reader.bytes(8);
    reader.sized_bytes(kAny);
  }
}

// Refuses a witness without any item.
void skip_witness(Reader& reader, std::size_t stack_count) {
  std::size_t items = 0;
  for (std::size_t i = 0; i < stack_count; ++i) {
    const std::size_t count = reader.count(kAny, 1);
    for (std::size_t j = 0; j < count; ++j) reader.sized_bytes(kAny);
    items += count;
  }
  if (items == 0) reader.fail(PayloadRule::kSuperfluousWitness);
}

void write_output(Writer& writer, const Output& output) {
  writer.i64(output.value);
  writer.sized_bytes(output.script);
}

void write_input(Writer& writer, const Input& input) {
  writer.bytes(input.previous.txid);
  writer.u32(input.previous.index);
  writer.sized_bytes(input.script);
  writer.u32(input.sequence);
}

void write_inputs_and_outputs(Writer& writer, const TransactionParts& parts) {
  writer.compact_size(parts.inputs.size());
  for (const Input& input : parts.inputs) write_input(writer, input);
  writer.compact_size(parts.outputs.size());
  for (const Output& output : parts.outputs) write_output(writer, output);
}

}  // namespace

Input Input::take(const std::uint8_t*& at) {
  Input input;
  input.previous.txid = take_hash(at);
  input.previous.index = take_integer<std::uint32_t>(at);
  input.script = take_sized_bytes(at);
  input.sequence = take_integer<std::uint32_t>(at);
  return input;
}

Output Output::take(const std::uint8_t*& at) {
  Output output;
  output.value = static_cast<std::int64_t>(take_integer<std::uint64_t>(at));
  output.script = take_sized_bytes(at);
  return output;
}

WitnessItem WitnessItem::take(const std::uint8_t*& at) { return {take_sized_bytes(at)}; }

WitnessStack WitnessStack::take(const std::uint8_t*& at) {
  const auto count = static_cast<std::size_t>(take_compact_size(at));
  const WitnessStack stack(at, count);
  for (std::size_t i = 0; i < count; ++i) take_sized_bytes(at);
  return stack;
}

Transaction::Transaction()
    : begin_(kEmptyTransaction.data()),
      inputs_(begin_ + 5),
      outputs_(begin_ + 6),
      outputs_end_(begin_ + 6),
      end_(begin_ + kEmptyTransaction.size()) {}

Transaction Transaction::read(Reader& reader) {
  Transaction transaction;
  transaction.begin_ = reader.position();
  reader.u32();
  transaction.read_inputs_and_outputs(reader);
  if (transaction.has_witness()) skip_witness(reader, transaction.input_count_);
  reader.u32();
  transaction.end_ = reader.position();
  return reader.ok() ? transaction : Transaction();
}

void Transaction::read_inputs_and_outputs(Reader& reader) {
  input_count_ = reader.count(kAny, Input::kMinBytes);
  // BIP 144. Where a flag of 0 follows it is no marker but an empty transaction.
  if (input_count_ == 0 && reader.ok()) {
    const std::uint8_t flag = reader.u8();
    if (flag == 0) {
      inputs_ = outputs_ = outputs_end_ = reader.position();
      return;
    }
    if (flag != kWitnessFlag) reader.fail(PayloadRule::kUnknownTransactionFlag);
    form_ = Form::kWitness;
    input_count_ = reader.count(kAny, Input::kMinBytes);
  }
  inputs_ = reader.position();
  skip_inputs(reader, input_count_);
  output_count_ = reader.count(kAny, Output::kMinBytes);
  outputs_ = reader.position();
  skip_outputs(reader, output_count_);
  outputs_end_ = reader.position();
}

bool Transaction::is_coinbase() const {
  constexpr Outpoint kNothing{.txid = {}, .index = 0xffff'ffff};
  return input_count_ == 1 && (*inputs().begin()).previous == kNothing;
}

std::size_t Transaction::base_size() const {
  return static_cast<std::size_t>(outputs_end_ - counts_begin()) + kVersionBytes + kLockTimeBytes;
}

std::array<ByteView, 3> Transaction::base_parts() const {
  if (!has_witness()) return {bytes()};
  return {bytes().first(kVersionBytes), ByteView(counts_begin(), outputs_end_),
          bytes().last(kLockTimeBytes)};
}

Hash256 Transaction::txid() const { return crypto::sha256d_of_parts(base_parts()); }

Hash256 Transaction::wtxid() const { return crypto::sha256d(bytes()); }

TransactionIds Transaction::ids() const {
  const Hash256 txid = this->txid();
  return {.txid = txid, .wtxid = has_witness() ? wtxid() : txid};
}

Transaction read_listed_transaction(Reader& reader) {
  const Transaction transaction = Transaction::read(reader);
  if (transaction.total_size() < kMinTransactionBytes) reader.fail(PayloadRule::kBadValue);
  return transaction;
}

std::vector<Transaction> read_transactions(Reader& reader, std::size_t at_most) {
  const std::size_t count = reader.count(at_most, kMinTransactionBytes);
  std::vector<Transaction> transactions;
  transactions.reserve(count);
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    transactions.push_back(read_listed_transaction(reader));
  }
  return transactions;
}

void write_transactions(Writer& writer, std::span<const Transaction> transactions) {
  writer.compact_size(transactions.size());
  for (const Transaction& transaction : transactions) transaction.write(writer);
}

TransactionParts TransactionParts::of(const Transaction& transaction) {
  TransactionParts parts;
  parts.version = transaction.version();
  for (const Input& input : transaction.inputs()) parts.inputs.push_back(input);
  for (const Output& output : transaction.outputs()) parts.outputs.push_back(output);
  for (const WitnessStack& stack : transaction.witness()) {
    std::vector<ByteView>& items = parts.witness.emplace_back();
    for (const WitnessItem& item : stack) items.push_back(item.bytes);
  }
  parts.lock_time = transaction.lock_time();
  return parts;
}

void TransactionParts::write(Writer& writer) const {
  const bool without_witness =
      std::ranges::all_of(witness, [](const auto& stack) { return stack.empty(); });
  if (without_witness) return write_without_witness(writer);
  writer.u32(version);
  writer.u8(0);
  writer.u8(kWitnessFlag);
  write_inputs_and_outputs(writer, *this);
  for (const std::vector<ByteView>& stack : witness) {
    writer.compact_size(stack.size());
    for (const ByteView item : stack) writer.sized_bytes(item);
  }
  writer.u32(lock_time);
}

void TransactionParts::write_without_witness(Writer& writer) const {
  writer.u32(version);
  write_inputs_and_outputs(writer, *this);
  writer.u32(lock_time);
}

}  // namespace veilwire::wire

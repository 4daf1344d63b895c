#include "veilwire/wire/transaction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/wire/testing/genesis.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

using testing::expect_round_trip;
using testing::rule_broken_by;

Bytes bytes_of(std::string_view hex) { return from_hex(hex).value(); }

std::string zeros(std::size_t bytes) { return std::string(2 * bytes, '0'); }

// Two inputs, one without a witness, and two outputs.
const std::string kInputs = "02" + std::string(64, '1') +
                            "07000000"
                            "03"
                            "515253"
                            "fdffffff" +
                            std::string(64, '2') +
                            "00000000"
                            "00"
                            "ffffffff";
const std::string kOutputs =
    "02"
    "0100000000000000"
    "00"
    "ffffffffffffffff"
    "01"
    "6a";
const std::string kWitness =
    "00"
    "03"
    "00"
    "01"
    "aa"
    "02"
    "bbcc";
const std::string kPlain = "02000000" + kInputs + kOutputs + "11223344";
const std::string kWithWitness =
    "02000000"
    "0001" +
    kInputs + kOutputs + kWitness + "11223344";

// The bytes live as long as it does.
struct Read {
  Bytes bytes;
  Transaction transaction;

  explicit Read(std::string_view hex)
      : bytes(bytes_of(hex)), transaction(parse<Transaction>(bytes).value()) {}
  const Transaction* operator->() const { return &transaction; }
};

TEST(Transaction, GivesItsInputsAndOutputs) {
  for (const std::string& hex : {kPlain, kWithWitness}) {
    const Read tx(hex);
    EXPECT_EQ(tx->version(), 2u);
    EXPECT_EQ(tx->lock_time(), 0x44332211u);
    const std::vector<Input> inputs(tx->inputs().begin(), tx->inputs().end());
    ASSERT_EQ(inputs.size(), 2u);
    EXPECT_EQ(to_display(inputs[0].previous.txid), std::string(64, '1'));
    EXPECT_EQ(inputs[0].previous.index, 7u);
    EXPECT_EQ(to_hex(inputs[0].script), "515253");
    EXPECT_EQ(inputs[0].sequence, 0xffff'fffdu);
    EXPECT_TRUE(inputs[1].script.empty());
    const std::vector<Output> outputs(tx->outputs().begin(), tx->outputs().end());
    ASSERT_EQ(outputs.size(), 2u);
    EXPECT_EQ(outputs[0].value, 1);
    EXPECT_EQ(outputs[1].value, -1);
    EXPECT_EQ(to_hex(outputs[1].script), "6a");
  }
}

TEST(Transaction, GivesItsWitness) {
  const Read tx(kWithWitness);
  ASSERT_TRUE(tx->has_witness());
  std::vector<std::vector<std::string>> witness;
  for (const WitnessStack& stack : tx->witness()) {
    std::vector<std::string>& items = witness.emplace_back();
    for (const WitnessItem& item : stack) items.push_back(to_hex(item.bytes));
  }
  EXPECT_EQ(witness, (std::vector<std::vector<std::string>>{{}, {"", "aa", "bbcc"}}));

  EXPECT_FALSE(Read(kPlain)->has_witness());
  EXPECT_TRUE(Read(kPlain)->witness().empty());
}

TEST(Transaction, PointsIntoThePayload) {
  const Read tx(kWithWitness);
  EXPECT_EQ(tx->bytes().data(), tx.bytes.data());
  EXPECT_EQ((*tx->inputs().begin()).script.data(), tx.bytes.data() + 4 + 2 + 1 + 36 + 1);
}

TEST(Transaction, IsWrittenAsItWasRead) {
  for (const std::string& hex : {kPlain, kWithWitness, std::string(testing::kGenesisCoinbase)}) {
    expect_round_trip<Transaction>(bytes_of(hex));
    expect_round_trip<Tx>(bytes_of(hex));
  }
}

TEST(Transaction, IdsAreHashesWithAndWithoutWitness) {
  const Read tx(kWithWitness);
  EXPECT_EQ(tx->txid(), crypto::sha256d(bytes_of(kPlain)));
  EXPECT_EQ(tx->wtxid(), crypto::sha256d(bytes_of(kWithWitness)));
  EXPECT_EQ(tx->ids(), (TransactionIds{.txid = tx->txid(), .wtxid = tx->wtxid()}));
  EXPECT_EQ(to_display(Read(testing::kGenesisCoinbase)->txid()), testing::kGenesisTxid);
}

TEST(Transaction, WithoutWitnessHasOneId) {
  const Read tx(kPlain);
  EXPECT_EQ(tx->wtxid(), tx->txid());
  EXPECT_EQ(tx->ids(), (TransactionIds{.txid = tx->txid(), .wtxid = tx->txid()}));
}

TEST(Transaction, HasTheSizesOfBip141) {
  const Read plain(kPlain);
  const Read with_witness(kWithWitness);
  EXPECT_EQ(plain->base_size(), plain.bytes.size());
  EXPECT_EQ(plain->total_size(), plain.bytes.size());
  EXPECT_EQ(plain->weight(), 4 * plain.bytes.size());
  EXPECT_EQ(with_witness->base_size(), plain.bytes.size());
  EXPECT_EQ(with_witness->total_size(), with_witness.bytes.size());
  EXPECT_EQ(with_witness->weight(), 3 * plain.bytes.size() + with_witness.bytes.size());
}

TEST(Transaction, IsACoinbaseWhereItsOnlyInputSpendsNothing) {
  EXPECT_TRUE(Read(testing::kGenesisCoinbase)->is_coinbase());
  EXPECT_FALSE(Read(kPlain)->is_coinbase());
  EXPECT_FALSE(Transaction().is_coinbase());
  std::string other_index(testing::kGenesisCoinbase);
  other_index.replace(2 * 37, 2, "00");
  EXPECT_FALSE(Read(other_index)->is_coinbase());
}

// -- The witness form -----------------------------------------------------------------------------

TEST(Transaction, RefusesAWitnessFormWithoutWitness) {
  EXPECT_EQ(rule_broken_by<Tx>(bytes_of("02000000"
                                        "0001" +
                                        kInputs + kOutputs +
                                        "00"
                                        "00"
                                        "11223344")),
            PayloadRule::kSuperfluousWitness);
  EXPECT_EQ(rule_broken_by<Tx>(bytes_of("02000000"
                                        "0001"
                                        "00" +
                                        kOutputs + "11223344")),
            PayloadRule::kSuperfluousWitness);
}

TEST(Transaction, RefusesAFlagOtherThanOne) {
  for (const auto* flag : {"02", "03", "80", "ff"}) {
    EXPECT_EQ(rule_broken_by<Tx>(bytes_of(std::string("02000000"
                                                      "00") +
                                          flag + kInputs + kOutputs + kWitness + "11223344")),
              PayloadRule::kUnknownTransactionFlag);
  }
}

TEST(Transaction, WithoutInputsAndOutputsIsNoWitnessForm) {
  const std::string empty =
      "02000000"
      "00"
      "00"
      "11223344";
  expect_round_trip<Tx>(bytes_of(empty));
  const Read tx(empty);
  EXPECT_TRUE(tx->inputs().empty());
  EXPECT_TRUE(tx->outputs().empty());
  EXPECT_FALSE(tx->has_witness());
  EXPECT_EQ(tx->base_size(), 10u);
  EXPECT_EQ(tx->txid(), crypto::sha256d(bytes_of(empty)));
}

TEST(Transaction, WithoutInputsButWithOutputsIsTakenForTheWitnessForm) {
  // "One output" is read as the flag, the lowest byte of its amount as the number of inputs.
  const std::string one_output =
      "02000000"
      "00"
      "01"
      "0000000000000000"
      "00"
      "11223344";
  EXPECT_EQ(rule_broken_by<Tx>(bytes_of(one_output)), PayloadRule::kSuperfluousWitness);
}

TEST(Transaction, MayHaveNoOutputs) {
  expect_round_trip<Tx>(bytes_of("02000000" + kInputs +
                                 "00"
                                 "11223344"));
}

TEST(Transaction, MadeOfNothingIsTheEmptyOne) {
  const Transaction nothing;
  EXPECT_EQ(to_hex(nothing.bytes()), zeros(10));
  EXPECT_TRUE(nothing.inputs().empty());
  EXPECT_TRUE(nothing.outputs().empty());
  EXPECT_TRUE(nothing.witness().empty());
  EXPECT_EQ(nothing.version(), 0u);
  EXPECT_EQ(nothing.lock_time(), 0u);
}

// -- Counts and lengths ---------------------------------------------------------------------------

TEST(Transaction, RefusesCountsAndLengthsOverWhatIsLeft) {
  const std::string input = zeros(36) +
                            "00"
                            "ffffffff";
  for (const std::string& hex : {
           "02000000"
           "ffffffffffffffffff" +
               zeros(100),  // inputs
           "02000000"
           "fe00000001" +
               zeros(100),  // inputs
           "02000000"
           "01" +
               zeros(36) + "fe00000002" + zeros(100),  // input script
           "02000000"
           "01" +
               input + "ffffffffffffffffff" + zeros(100),  // outputs
           "02000000"
           "01" +
               input + "01" + zeros(8) + "fdffff" + zeros(100),  // output script
           "02000000"
           "0001"
           "01" +
               input +
               "00"
               "ffffffffffffffffff" +
               zeros(50),  // witness items
           "02000000"
           "0001"
           "01" +
               input +
               "00"
               "01"
               "ffffffffffffffffff" +
               zeros(50),  // an item
       }) {
    EXPECT_EQ(rule_broken_by<Tx>(bytes_of(hex)), PayloadRule::kTruncated) << hex;
  }
}

TEST(Transaction, RefusesCountsAndLengthsInMoreBytesThanTheyNeed) {
  const std::string input = zeros(36) +
                            "00"
                            "ffffffff";
  for (const std::string& hex : {
           "02000000"
           "fd0100" +
               zeros(100),  // inputs
           "02000000"
           "01" +
               zeros(36) + "fd0500" + zeros(100),  // input script
           "02000000"
           "01" +
               input + "fd0100" + zeros(100),  // outputs
           "02000000"
           "01" +
               input + "01" + zeros(8) + "fe01000000" + zeros(100),  // output script
           "02000000"
           "0001"
           "01" +
               input +
               "00"
               "fd0100" +
               zeros(50),  // witness items
           "02000000"
           "0001"
           "01" +
               input +
               "00"
               "01"
               "fd0100" +
               zeros(50),  // an item
       }) {
    EXPECT_EQ(rule_broken_by<Tx>(bytes_of(hex)), PayloadRule::kNonMinimalCompactSize) << hex;
  }
}

TEST(Transaction, IsEmptyAfterARuleWasBroken) {
  const Bytes bytes = bytes_of(kWithWitness);
  Reader reader(ByteView(bytes).first(bytes.size() - 1));
  const Transaction transaction = Transaction::read(reader);
  EXPECT_EQ(reader.rule(), PayloadRule::kTruncated);
  EXPECT_TRUE(transaction.inputs().empty());
  EXPECT_FALSE(transaction.has_witness());
  EXPECT_EQ(transaction.total_size(), 10u);
}

// -- Made of parts --------------------------------------------------------------------------------

TEST(TransactionParts, OfATransactionAreWrittenAsItWasRead) {
  for (const std::string& hex : {kPlain, kWithWitness, std::string(testing::kGenesisCoinbase),
                                 std::string("02000000"
                                             "00"
                                             "00"
                                             "11223344")}) {
    const Read tx(hex);
    EXPECT_EQ(to_hex(serialize(TransactionParts::of(tx.transaction))), hex);
  }
}

TEST(TransactionParts, AreWrittenWithoutTheWitnessForm) {
  const Read tx(kWithWitness);
  Bytes out;
  Writer writer(out);
  TransactionParts::of(tx.transaction).write_without_witness(writer);
  EXPECT_EQ(to_hex(out), kPlain);
}

TEST(TransactionParts, WithEmptyStacksOnlyHaveNoWitness) {
  const Read tx(kPlain);
  TransactionParts parts = TransactionParts::of(tx.transaction);
  parts.witness.resize(parts.inputs.size());
  EXPECT_EQ(to_hex(serialize(parts)), kPlain);
}

TEST(TransactionParts, MakeATransactionThatReadsBack) {
  const Bytes script(300, 0x51);
  TransactionParts parts;
  parts.inputs.push_back({.previous = {.txid = {}, .index = 5}, .script = script});
  parts.outputs.push_back({.value = 21'000'000, .script = ByteView(script).first(30)});
  parts.witness = {{ByteView(script), ByteView()}};
  expect_round_trip<Tx>(serialize(parts));
}

}  // namespace
}  // namespace veilwire::wire

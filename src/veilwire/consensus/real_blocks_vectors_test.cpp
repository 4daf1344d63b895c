// Real blocks are valid; broken in any way for which there is a rule they are not, for that reason.
#include <gtest/gtest.h>

#include "veilwire/consensus/check_block.h"
#include "veilwire/consensus/testing/drafts.h"
#include "veilwire/consensus/testing/real_blocks.h"
#include "veilwire/consensus/transaction_check.h"

namespace veilwire::consensus {
namespace {

using testing::BlockDraft;
using testing::PlacedBlock;
using testing::RealBlock;
using testing::TransactionDraft;

class ARealBlock : public ::testing::TestWithParam<RealBlock> {};

#define VEILWIRE_PLACE_OR_SKIP(name)                                                 \
  VEILWIRE_READ_REAL_OR_SKIP(name##_block, GetParam().file(".bin"));                 \
  VEILWIRE_READ_JSON_OR_SKIP(name##_spent, GetParam().file("_spent_utxos.json.xz")); \
  ASSERT_EQ(name##_spent.as_array().size(), GetParam().inputs);                      \
  PlacedBlock name(GetParam(), name##_block, name##_spent.as_array())

bool same(const Coin& a, const Coin& b) {
  return a.value() == b.value() && std::ranges::equal(a.script(), b.script());
}

TEST_P(ARealBlock, IsValid) {
  VEILWIRE_PLACE_OR_SKIP(placed);
  testing::InlineExecutor executor;
  const auto verdict =
      check_block(placed.block, placed.context, placed.coins.gather(*placed.block), executor);
  ASSERT_TRUE(verdict) << failure_text(verdict.error());
  testing::report_count("inputs", (*verdict)->spent.size(), GetParam().inputs);
  EXPECT_TRUE(std::ranges::equal((*verdict)->spent, placed.spent_coins, same));
}

TEST_P(ARealBlock, ChangesTheCoinsAsItSaysAndIsUndone) {
  VEILWIRE_PLACE_OR_SKIP(placed);
  testing::InlineExecutor executor;
  const auto verdict = check_block(placed.block, placed.context, placed.coins.gather(*placed.block),
                                   executor, {.scripts = CheckScope::Scripts::kLeftOut});
  ASSERT_TRUE(verdict) << failure_text(verdict.error());
  const std::size_t before = placed.coins.size();
  placed.coins.connect(**verdict);
  EXPECT_EQ(placed.coins.size(), (*verdict)->created.size());
  placed.coins.disconnect(**verdict);
  EXPECT_EQ(placed.coins.size(), before);
  const auto again = placed.coins.gather(*placed.block);
  for (std::size_t i = 0; i < before; ++i) {
    ASSERT_TRUE(again->at(i) && same(*again->at(i), *(*verdict)->taken->at(i))) << i;
  }
}

// -- Broken blocks ----------------------------------------------------------------------------------

// A real block that may be changed in every way. Its work is not asked about unless said so.
struct Broken {
  explicit Broken(PlacedBlock& placed)
      : draft(BlockDraft::of(placed.block->block())),
        coins(placed.coins),
        context(placed.context),
        valid_spent(placed.spent_coins) {}

  BlockDraft draft;
  testing::CoinMap coins;
  BlockContext context;
  const std::vector<Coin>& valid_spent;
  CheckScope scope{.work = CheckScope::Work::kLeftOut};
  std::optional<std::uint32_t> repeated_transaction;

  // A transaction that is not the coinbase, and the coins that it spends.
  TransactionDraft& second() { return draft.transactions[1]; }
  // One from the chain that the block spends.
  wire::Outpoint& first_outside() { return second().inputs[0].previous; }
  // Room for so many bytes: whatever is last is left out, on which nothing before it depends.
  void make_room(std::size_t bytes) {
    while (draft.bytes().size() + bytes > 990'000 && draft.transactions.size() > 2) {
      const std::size_t count = std::max<std::size_t>(1, draft.transactions.size() / 8);
      draft.transactions.resize(std::max<std::size_t>(2, draft.transactions.size() - count));
    }
  }
};

// What is made right again after the change.
enum class Mend { kNothing, kRoot, kAll };

struct Breakage {
  const char* name;
  Reason reason;
  Mend mend;
  void (*apply)(Broken& block);
  bool (*concerns)(const Broken& block) = [](const Broken&) { return true; };
};

bool with_csv(const Broken& block) { return block.context.csv_holds(); }
bool with_commitment(const Broken& block) {
  return !block.draft.transactions[0].inputs[0].witness.empty();
}

// One that the block makes, after which it has no transaction that could spend it.
wire::Outpoint made_at_the_end(Broken& block) {
  block.make_room(1000);
  block.draft.transactions.push_back(testing::spend({block.first_outside()}, 0));
  block.draft.transactions.back().inputs[0].previous.txid[3] ^= 1;
  block.coins.add(block.draft.transactions.back().inputs[0].previous,
                  Coin(Amount::figure(10'000), testing::kAnybodyCanSpend,
                       block.context.height.before(100), CoinOrigin::kTransaction));
  return block.draft.transactions.back().outpoint(0);
}

void repeat_the_end(Broken& block) {
  auto& all = block.draft.transactions;
  const std::size_t count = all.size() & (~all.size() + 1);
  const std::vector<TransactionDraft> end(all.end() - static_cast<std::ptrdiff_t>(count),
                                          all.end());
  all.insert(all.end(), end.begin(), end.end());
}

TransactionDraft& with_two_inputs(Broken& block) {
  for (TransactionDraft& each : block.draft.transactions) {
    if (each.inputs.size() > 1) return each;
  }
  throw std::runtime_error("no transaction with two inputs");
}

const Breakage kBreakages[] = {
    {"work", Reason::kHighHash, Mend::kNothing,
     [](Broken& block) {
       ++block.draft.header.nonce;
       block.scope = {};
     }},
    {"target", Reason::kBadDifficultyBits, Mend::kNothing,
     [](Broken& block) { --block.draft.header.bits; }},
    {"time", Reason::kTimeTooOld, Mend::kNothing,
     [](Broken& block) { block.draft.header.time = block.context.median_time; }},
    {"version", Reason::kBadVersion, Mend::kNothing,
     [](Broken& block) { block.draft.header.version = 1; }},
    {"negative_version", Reason::kBadVersion, Mend::kNothing,
     [](Broken& block) { block.draft.header.version = -1; }},
    {"root", Reason::kBadMerkleRoot, Mend::kNothing,
     [](Broken& block) { block.draft.header.merkle_root[7] ^= 1; }},
    {"repeated_end", Reason::kDuplicateTransactions, Mend::kNothing, repeat_the_end},
    {"no_transaction", Reason::kBadBlockLength, Mend::kRoot,
     [](Broken& block) { block.draft.transactions.clear(); }},
    {"length", Reason::kBadBlockLength, Mend::kRoot,
     [](Broken& block) { block.second().outputs[0].script.resize(1'000'000); }},
    {"no_coinbase", Reason::kCoinbaseMissing, Mend::kRoot,
     [](Broken& block) { block.draft.transactions.erase(block.draft.transactions.begin()); }},
    {"two_coinbases", Reason::kCoinbaseMultiple, Mend::kRoot,
     [](Broken& block) {
       block.make_room(1000);
       auto& all = block.draft.transactions;
       all.insert(all.begin() + 1, testing::coinbase(block.context.height, Amount()));
     }},
    {"no_outputs", Reason::kNoOutputs, Mend::kAll,
     [](Broken& block) { block.second().outputs.clear(); }},
    {"negative_output", Reason::kOutputNegative, Mend::kAll,
     [](Broken& block) { block.second().outputs[0].value = -1; }},
    {"large_output", Reason::kOutputTooLarge, Mend::kAll,
     [](Broken& block) { block.second().outputs[0].value = Amount::kMaxUnits + 1; }},
    {"large_total", Reason::kOutputTotalTooLarge, Mend::kAll,
     [](Broken& block) { block.second().outputs.assign(2, {.value = Amount::kMaxUnits / 2 + 1}); }},
    {"input_twice", Reason::kInputsDuplicate, Mend::kAll,
     [](Broken& block) {
       block.make_room(1000);
       block.second().inputs.push_back({.previous = block.first_outside()});
     }},
    {"coinbase_length", Reason::kBadCoinbaseLength, Mend::kAll,
     [](Broken& block) { block.draft.transactions[0].inputs[0].script.resize(101); }},
    {"null_input", Reason::kPrevoutNull, Mend::kAll,
     [](Broken& block) { with_two_inputs(block).inputs[1].previous = {{}, 0xffff'ffff}; }},
    {"sigops", Reason::kBadSigops, Mend::kAll,
     [](Broken& block) {
       block.make_room(21'000);
       block.second().outputs[0].script = Bytes(20'001, kOpCheckSig);
     }},
    {"lock_time", Reason::kNonFinal, Mend::kAll,
     [](Broken& block) {
       block.second().lock_time = block.context.height.value();
       block.second().inputs[0].sequence = 0;
     }},
    {"coinbase_height", Reason::kBadCoinbaseHeight, Mend::kAll,
     [](Broken& block) { block.draft.transactions[0].inputs[0].script[1] ^= 1; }},
    {"reserved_value", Reason::kBadWitnessReservedValue, Mend::kNothing,
     [](Broken& block) { block.draft.transactions[0].inputs[0].witness.assign(2, Bytes(32)); },
     with_commitment},
    {"commitment", Reason::kBadWitnessCommitment, Mend::kNothing,
     [](Broken& block) { block.draft.transactions[0].inputs[0].witness[0][0] ^= 1; },
     with_commitment},
    {"no_commitment", Reason::kUnexpectedWitness, Mend::kRoot,
     [](Broken& block) {
       block.draft.transactions[0].outputs.assign(1, {.value = 0});
       block.second().inputs[0].witness.assign(1, Bytes(1));
     }},
    {"weight", Reason::kBadBlockWeight, Mend::kAll,
     [](Broken& block) { block.second().inputs[0].witness.assign(1, Bytes(4'000'000)); },
     with_commitment},
    {"missing_coin", Reason::kInputsMissingOrSpent, Mend::kAll,
     [](Broken& block) { block.second().inputs[0].previous.txid[3] ^= 1; }},
    {"output_that_the_block_has_not", Reason::kInputsMissingOrSpent, Mend::kAll,
     [](Broken& block) {
       block.make_room(1000);
       block.draft.transactions.push_back(testing::spend({block.second().outpoint(9999)}, 0));
     }},
    {"coin_spent_twice", Reason::kInputsMissingOrSpent, Mend::kAll,
     [](Broken& block) {
       block.make_room(1000);
       block.draft.transactions.push_back(testing::spend({block.first_outside()}, 0));
     }},
    {"coin_of_the_block_spent_twice", Reason::kInputsMissingOrSpent, Mend::kAll,
     [](Broken& block) {
       const wire::Outpoint made = made_at_the_end(block);
       block.draft.transactions.push_back(testing::spend({made}, 0));
       block.draft.transactions.push_back(testing::spend({made}, 1));
     }},
    {"coin_before_it_is_made", Reason::kInputsMissingOrSpent, Mend::kAll,
     [](Broken& block) {
       const wire::Outpoint made = made_at_the_end(block);
       auto& all = block.draft.transactions;
       all.insert(all.begin() + 1, testing::spend({made}, 0));
     }},
    {"young_coinbase", Reason::kPrematureSpendOfCoinbase, Mend::kAll,
     [](Broken& block) {
       block.coins.add(block.first_outside(),
                       Coin(Amount::max(), testing::kAnybodyCanSpend,
                            block.context.height.before(99), CoinOrigin::kCoinbase));
     }},
    {"coinbase_of_this_block", Reason::kPrematureSpendOfCoinbase, Mend::kAll,
     [](Broken& block) {
       block.make_room(1000);
       block.draft.transactions.push_back(
           testing::spend({block.draft.transactions[0].outpoint(0)}, 0));
     },
     // A commitment would change the coinbase, and with it the coin.
     [](const Broken& block) { return !with_commitment(block); }},
    {"coins_out_of_range", Reason::kInputValuesOutOfRange, Mend::kAll,
     [](Broken& block) {
       for (const auto& input : with_two_inputs(block).inputs) {
         block.coins.add(input.previous,
                         Coin(Amount::max(), testing::kAnybodyCanSpend,
                              block.context.height.before(100), CoinOrigin::kTransaction));
       }
     }},
    {"money_out_of_nothing", Reason::kInputsBelowOutputs, Mend::kAll,
     [](Broken& block) {
       const wire::Outpoint made = made_at_the_end(block);
       block.draft.transactions.push_back(testing::spend({made}, 1));
     }},
    {"sequence_lock", Reason::kNonFinal, Mend::kAll,
     [](Broken& block) {
       block.second().version = 2;
       block.second().inputs[0].sequence = 0xffff;
       block.coins.add(block.first_outside(),
                       Coin(Amount::max(), testing::kAnybodyCanSpend,
                            block.context.height.before(0xfffe), CoinOrigin::kTransaction));
     },
     with_csv},
    {"bip30", Reason::kBip30, Mend::kNothing,
     [](Broken& block) {
       static const testing::UnknownAncestors other_chain(*protocol::network_from_name("regtest"),
                                                          Height(10'000'000));
       block.context.ancestors = &other_chain;
       block.repeated_transaction = 3;
     }},
    {"coinbase_amount", Reason::kBadCoinbaseAmount, Mend::kAll,
     [](Broken& block) {
       block.draft.transactions[0].outputs[0].value +=
           subsidy(*block.context.network, block.context.height).units() + 100'000'000'000;
     }},
    {"script", Reason::kScriptFailed, Mend::kAll,
     [](Broken& block) {
       auto& input = block.draft.transactions.back().inputs.back();
       Bytes& signed_part = input.witness.empty() ? input.script : input.witness[0];
       signed_part[signed_part.size() / 2] ^= 1;
     }},
};

Verdict check(const Broken& broken) {
  const auto block = ParsedBlock::parse(broken.draft.bytes());
  if (!block) throw std::runtime_error("a broken block does not parse");
  auto coins = std::make_shared<OutsideCoins>(*broken.coins.gather(**block));
  coins->repeated_transaction = broken.repeated_transaction;
  testing::InlineExecutor executor;
  return check_block(*block, broken.context, coins, executor, broken.scope);
}

TEST_P(ARealBlock, IsRefusedForTheReasonForWhichItWasBroken) {
  VEILWIRE_PLACE_OR_SKIP(placed);
  std::size_t tried = 0;
  std::size_t right = 0;
  for (const Breakage& breakage : kBreakages) {
    Broken broken(placed);
    if (!breakage.concerns(broken)) continue;
    ++tried;
    breakage.apply(broken);
    if (breakage.mend == Mend::kAll) broken.draft.renew_commitment();
    if (breakage.mend != Mend::kNothing) broken.draft.set_root();
    const Verdict verdict = check(broken);
    const bool is_right = !verdict && verdict.error().reason == breakage.reason;
    EXPECT_TRUE(is_right) << breakage.name << ": "
                          << (verdict ? "valid" : failure_text(verdict.error()));
    right += is_right ? 1 : 0;
  }
  testing::report_count("breakages", right, tried);
}

INSTANTIATE_TEST_SUITE_P(OfTheTestData, ARealBlock, ::testing::ValuesIn(testing::kRealBlocks),
                         [](const auto& block) {
                           return block.param.network + "_" + std::to_string(block.param.height);
                         });

}  // namespace
}  // namespace veilwire::consensus

// How often checking a script allocates.
#include <gtest/gtest.h>

#include "veilwire/consensus/script_check.h"
#include "veilwire/consensus/testing/signed_spends.h"
#include "veilwire/wire/testing/counting_new.h"

namespace veilwire::consensus {
namespace {

using testing::OneSpend;
using testing::Signer;

void expect_no_allocation(const OneSpend& spend) {
  const ScriptCheck check(spend.build(), 0, kStandardScriptFlags);
  ASSERT_EQ(check.run(), ScriptError::kOk);
  EXPECT_EQ(wire::testing::allocations_of([&] { return check.run(); }), 0u);
}

TEST(ScriptAllocations, OfP2pkhAreNone) { expect_no_allocation(testing::p2pkh_spend(Signer(1))); }
TEST(ScriptAllocations, OfP2wpkhAreNone) { expect_no_allocation(testing::p2wpkh_spend(Signer(1))); }
TEST(ScriptAllocations, OfATwoOfThreeInP2wshAreNone) {
  expect_no_allocation(testing::p2wsh_spend());
}
TEST(ScriptAllocations, OfTheKeyPathAreNone) {
  expect_no_allocation(testing::p2tr_key_spend(Signer(1)));
}
TEST(ScriptAllocations, OfTheScriptPathAreNone) {
  expect_no_allocation(testing::p2tr_script_spend(Signer(1)));
}

// Inputs, outputs, and the witness.
TEST(ScriptAllocations, OfASpendingAreThreeAtMost) {
  const auto made_of = [](const OneSpend& spend) {
    const auto built = spend.build();
    const auto& spent = built->spent(0);
    std::vector<wire::Output> coins = {spent};
    return wire::testing::allocations_of(
        [&] { return Spending(built->transaction(), std::move(coins), nullptr); });
  };
  EXPECT_EQ(made_of(testing::p2pkh_spend(Signer(1))), 2u);
  EXPECT_EQ(made_of(testing::p2wpkh_spend(Signer(1))), 3u);
  EXPECT_EQ(made_of(testing::p2tr_key_spend(Signer(1))), 3u);
}

// The 13th item moves the stack out.
TEST(ScriptAllocations, GrowWithTheStackOnly) {
  OneSpend spend;
  spend.coin.script = testing::script_of("1 2 3 4 5 6 7 8 9 10 11 12");
  const ScriptCheck inside(spend.build(), 0, {});
  EXPECT_EQ(wire::testing::allocations_of([&] { return inside.run(); }), 0u);
  spend.coin.script.push_back(kOp1);
  const ScriptCheck outside(spend.build(), 0, {});
  EXPECT_EQ(wire::testing::allocations_of([&] { return outside.run(); }), 1u);
}

// A check keeps alive what it needs.
TEST(ScriptCheck, OutlivesWhatItWasMadeOf) {
  std::optional<ScriptCheck> check;
  {
    const OneSpend spend = testing::p2wpkh_spend(Signer(1));
    check.emplace(spend.build(), 0, kStandardScriptFlags);
  }
  EXPECT_EQ(check->run(), ScriptError::kOk);
  const ScriptCheck copy = *check;
  check.reset();
  EXPECT_EQ(copy.run(), ScriptError::kOk);
}

}  // namespace
}  // namespace veilwire::consensus

// The scripts of Core's tx_valid.json and tx_invalid.json. Their lists of flags are exact: one flag
// more, or one fewer, turns the verdict.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "veilwire/consensus/testing/flag_sets.h"
#include "veilwire/consensus/testing/script_text.h"
#include "veilwire/consensus/testing/spends.h"
#include "veilwire/consensus/testing/vectors.h"

namespace veilwire::consensus {
namespace {

namespace json = boost::json;
using testing::kAllScriptFlags;
using testing::text_of;

constexpr std::string_view kBadTransaction = "BADTX";  // refused before its scripts are looked at
constexpr std::size_t kCombinations = 32;

struct Case {
  std::shared_ptr<const Spending> spending;
  ScriptFlags flags;
  std::string text;
};

std::map<wire::Outpoint, testing::Coin> read_coins(const json::array& rows) {
  std::map<wire::Outpoint, testing::Coin> coins;
  for (const json::value& value : rows) {
    const json::array& row = value.as_array();
    const wire::Outpoint outpoint{hash_from_display(text_of(row[0])).value(),
                                  static_cast<std::uint32_t>(row[1].as_int64())};
    coins[outpoint] = {testing::script_of(text_of(row[2])), row.size() > 3 ? row[3].as_int64() : 0};
  }
  return coins;
}

Case read_case(const json::array& row) {
  const auto coins = read_coins(row[0].as_array());
  const Bytes bytes = testing::unhex(row[1]);
  std::vector<testing::Coin> spent;
  const auto transaction = wire::parse<wire::Tx>(bytes);
  if (!transaction) return {nullptr, {}, json::serialize(row)};
  for (const wire::Input& input : transaction->transaction.inputs()) {
    spent.push_back(coins.at(input.previous));
  }
  return {testing::spending_of(bytes, spent), script_flags_from_text(text_of(row[2])).value(),
          json::serialize(row)};
}

bool is_valid(const Case& test, ScriptFlags flags) {
  for (std::size_t i = 0; i < test.spending->input_count(); ++i) {
    if (testing::verify(*test.spending, flags, i) != ScriptError::kOk) return false;
  }
  return true;
}

// The flags without each of them in turn.
std::vector<ScriptFlags> with_one_fewer(ScriptFlags flags) {
  std::vector<ScriptFlags> sets;
  for (const NamedScriptFlag& row : named_script_flags()) {
    if (flags.has(row.flag)) sets.push_back(flags.without(row.flag));
  }
  return sets;
}

bool valid_case_holds(const Case& test, unsigned seed) {
  const auto without = [](ScriptFlags excluded) { return kAllScriptFlags.without(excluded); };
  bool holds = is_valid(test, without(test.flags));
  for (const ScriptFlags more : testing::flag_samples(kCombinations, seed)) {
    holds = holds && is_valid(test, testing::trimmed(without(test.flags | more)));
  }
  for (const ScriptFlags fewer : with_one_fewer(test.flags)) {
    holds = holds && !is_valid(test, without(fewer));
  }
  return holds;
}

bool invalid_case_holds(const Case& test, unsigned seed) {
  bool holds = !is_valid(test, test.flags);
  for (const ScriptFlags more : testing::flag_samples(kCombinations, seed)) {
    holds = holds && !is_valid(test, testing::filled(test.flags | more));
  }
  for (const ScriptFlags fewer : with_one_fewer(test.flags)) {
    holds = holds && is_valid(test, testing::trimmed(fewer));
  }
  return holds;
}

TEST(TransactionScriptVectors, AreValidWithAllFlagsButTheirOwn) {
  VEILWIRE_READ_JSON_OR_SKIP(rows, "vectors/core/tx_valid.json");
  std::size_t passed = 0;
  unsigned number = 0;
  for (const json::value& row : rows.as_array()) {
    if (!row.as_array()[0].is_array()) continue;  // a comment
    const Case test = read_case(row.as_array());
    const bool holds = test.spending != nullptr && valid_case_holds(test, ++number);
    EXPECT_TRUE(holds) << test.text;
    passed += holds ? 1 : 0;
  }
  testing::report_count("tx_valid.json", passed, 121);
}

TEST(TransactionScriptVectors, AreInvalidWithTheirOwnFlags) {
  VEILWIRE_READ_JSON_OR_SKIP(rows, "vectors/core/tx_invalid.json");
  std::size_t passed = 0;
  std::size_t refused_before = 0;
  unsigned number = 0;
  for (const json::value& row : rows.as_array()) {
    if (!row.as_array()[0].is_array()) continue;
    if (text_of(row.as_array()[2]) == kBadTransaction) {
      ++refused_before;
      continue;
    }
    const Case test = read_case(row.as_array());
    const bool holds = test.spending != nullptr && invalid_case_holds(test, ++number);
    EXPECT_TRUE(holds) << test.text;
    passed += holds ? 1 : 0;
  }
  testing::report_count("tx_invalid.json, for their scripts", passed, 84);
  testing::report_count("tx_invalid.json, refused before their scripts", refused_before, 9);
}

}  // namespace
}  // namespace veilwire::consensus

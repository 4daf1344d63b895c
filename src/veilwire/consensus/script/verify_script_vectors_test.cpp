// verify_script_afl.json: what a fuzzer found in another implementation.
#include <gtest/gtest.h>

#include <string>

#include "veilwire/consensus/testing/flag_sets.h"
#include "veilwire/consensus/testing/spends.h"
#include "veilwire/consensus/testing/vectors.h"

namespace veilwire::consensus {
namespace {

namespace json = boost::json;
using testing::unhex;

struct Tally {
  std::size_t accepted = 0;
  std::size_t refused = 0;
  std::size_t unparsed = 0;  // or with bytes after the transaction
  std::size_t without_input = 0;
  std::size_t senseless_flags = 0;
};

// Spends the one coin that there is; all others are empty.
std::shared_ptr<const Spending> spending_of_case(const json::object& row, std::size_t input) {
  const Bytes bytes = unhex(row.at("tx"));
  const auto transaction = wire::parse<wire::Tx>(bytes);
  if (!transaction) return nullptr;
  std::vector<testing::Coin> coins(transaction->transaction.inputs().size());
  if (input < coins.size()) coins[input].script = unhex(row.at("script_pubkey"));
  return testing::spending_of(bytes, coins);
}

void run(const json::object& row, Tally& tally) {
  const auto input = static_cast<std::size_t>(row.at("index").as_int64());
  const auto flags = ScriptFlags::from_bits(static_cast<std::uint32_t>(row.at("flags").as_int64()));
  const auto spending = spending_of_case(row, input);
  const bool is_expected = row.at("expect").as_bool();
  if (testing::trimmed(flags) != flags) {
    ++tally.senseless_flags;
    return;
  }
  const bool is_valid = spending && testing::verify(*spending, flags, input) == ScriptError::kOk;
  EXPECT_EQ(is_valid, is_expected) << json::serialize(row);
  if (is_valid != is_expected) return;
  if (!spending) {
    ++tally.unparsed;
  } else if (input >= spending->input_count()) {
    ++tally.without_input;
  } else {
    ++(is_valid ? tally.accepted : tally.refused);
  }
}

TEST(VerifyScriptVectors, AreAcceptedAndRefusedAsExpected) {
  VEILWIRE_READ_JSON_OR_SKIP(rows, "vectors/core/verify_script_afl.json.xz");
  Tally tally;
  for (const json::value& row : rows.as_array()) run(row.as_object(), tally);
  EXPECT_EQ(tally.unparsed, 65u + 45u);
  EXPECT_EQ(tally.without_input, 2u);  // of those that parse
  testing::report_count("verify_script_afl.json, accepted", tally.accepted, 352 - 1);
  testing::report_count("verify_script_afl.json, refused",
                        tally.refused + tally.unparsed + tally.without_input, 1059 - 4);
  testing::report_count("verify_script_afl.json, left out for flags without what they need",
                        tally.senseless_flags, 1 + 4);
}

}  // namespace
}  // namespace veilwire::consensus

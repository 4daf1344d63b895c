// Core's script_tests.json: one input each, with the error's very name.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "veilwire/consensus/testing/flag_sets.h"
#include "veilwire/consensus/testing/script_text.h"
#include "veilwire/consensus/testing/spends.h"
#include "veilwire/consensus/testing/taproot_leaf.h"
#include "veilwire/consensus/testing/vectors.h"

namespace veilwire::consensus {
namespace {

namespace json = boost::json;
using testing::text_of;

constexpr std::string_view kScript = "#SCRIPT#";
constexpr std::string_view kControlBlock = "#CONTROLBLOCK#";
constexpr std::string_view kTaprootOutput = "#TAPROOTOUTPUT#";

struct Case {
  testing::OneSpend spend;
  ScriptFlags flags;
  std::string error;
  std::string text;
};

// The items, with what the templates stand for, and the amount, which is the last.
void read_witness(const json::array& items, Case& test, std::string& spent_script) {
  std::optional<testing::OneLeaf> leaf;
  for (std::size_t i = 0; i + 1 < items.size(); ++i) {
    const std::string item = text_of(items[i]);
    if (item.starts_with(kScript)) {
      const Bytes script = testing::script_of(item.substr(kScript.size()));
      leaf.emplace(script);
      test.spend.witness.push_back(script);
    } else if (item == kControlBlock) {
      test.spend.witness.push_back(leaf.value().control);
    } else {
      test.spend.witness.push_back(from_hex(item).value());
    }
  }
  if (const std::size_t at = spent_script.find(kTaprootOutput); at != std::string::npos) {
    spent_script.replace(at, kTaprootOutput.size(), "0x" + to_hex(leaf.value().output_key));
  }
  test.spend.coin.value = std::llround(items.back().to_number<double>() * 1e8);
}

Case read_case(const json::array& row) {
  Case test;
  const std::size_t first = row[0].is_array() ? 1 : 0;
  std::string spent_script = text_of(row[first + 1]);
  if (first == 1) read_witness(row[0].as_array(), test, spent_script);
  test.spend.input_script = testing::script_of(text_of(row[first]));
  test.spend.coin.script = testing::script_of(spent_script);
  test.flags = testing::filled(script_flags_from_text(text_of(row[first + 2])).value());
  test.error = text_of(row[first + 3]);
  test.text = json::serialize(row);
  return test;
}

bool passes(const Case& test) {
  const ScriptError error = test.spend.verify(test.flags);
  EXPECT_EQ(script_error_name(error), test.error) << test.text;
  return script_error_name(error) == test.error;
}

// Fewer flags refuse nothing more, and more flags accept nothing more.
void expect_flags_only_to_restrict(const Case& test, unsigned seed) {
  const auto spending = test.spend.build();
  for (const ScriptFlags other : testing::flag_samples(16, seed)) {
    const ScriptFlags flags = test.error == "OK" ? testing::trimmed(test.flags & other)
                                                 : testing::filled(test.flags | other);
    const bool is_ok = testing::verify(*spending, flags) == ScriptError::kOk;
    EXPECT_EQ(is_ok, test.error == "OK") << script_flags_text(flags) << " " << test.text;
  }
}

TEST(ScriptVectors, GiveTheErrorsOfCore) {
  VEILWIRE_READ_JSON_OR_SKIP(rows, "vectors/core/script_tests.json");
  std::size_t passed = 0;
  unsigned number = 0;
  for (const json::value& row : rows.as_array()) {
    if (row.as_array().size() == 1) continue;  // a comment
    const Case test = read_case(row.as_array());
    passed += passes(test) ? 1 : 0;
    expect_flags_only_to_restrict(test, ++number);
  }
  testing::report_count("script_tests.json", passed, 1222);
}

}  // namespace
}  // namespace veilwire::consensus

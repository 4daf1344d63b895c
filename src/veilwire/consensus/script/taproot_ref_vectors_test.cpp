// taproot_ref.json: spends of taproot and of what came before it, each with a twin that must fail.
#include <gtest/gtest.h>

#include <string>

#include "veilwire/consensus/testing/flag_sets.h"
#include "veilwire/consensus/testing/spends.h"
#include "veilwire/consensus/testing/vectors.h"

namespace veilwire::consensus {
namespace {

namespace json = boost::json;
using testing::text_of;
using testing::unhex;

class Reference {
 public:
  explicit Reference(const json::object& row)
      : row_(row),
        input_(static_cast<std::size_t>(row.at("index").as_int64())),
        flags_(script_flags_from_text(text_of(row.at("flags"))).value()) {}

  // Whether it is valid under all flags that it claims to be valid under.
  bool success_holds(const std::vector<ScriptFlags>& flag_sets) const {
    const auto spending = with(row_.at("success"));
    const bool is_final = row_.contains("final") && row_.at("final").as_bool();
    for (const ScriptFlags flags : flag_sets) {
      if (!is_final && !flags_.contains(flags)) continue;
      if (testing::verify(*spending, flags, input_) != ScriptError::kOk) return false;
    }
    return true;
  }
  bool has_failure() const { return row_.contains("failure"); }
  bool failure_holds(const std::vector<ScriptFlags>& flag_sets) const {
    const auto spending = with(row_.at("failure"));
    for (const ScriptFlags flags : flag_sets) {
      if (!flags.contains(flags_)) continue;
      if (testing::verify(*spending, flags, input_) == ScriptError::kOk) return false;
    }
    return true;
  }
  std::string comment() const { return text_of(row_.at("comment")); }

 private:
  // The transaction with one way to spend its input.
  std::shared_ptr<const Spending> with(const json::value& way) const {
    const Bytes bytes = unhex(row_.at("tx"));
    const Bytes input_script = unhex(way.at("scriptSig"));
    std::vector<Bytes> items;
    for (const json::value& item : way.at("witness").as_array()) items.push_back(unhex(item));
    auto parts = wire::TransactionParts::of(wire::parse<wire::Tx>(bytes)->transaction);
    parts.inputs[input_].script = input_script;
    parts.witness.resize(parts.inputs.size());
    parts.witness[input_].assign(items.begin(), items.end());
    return testing::spending_of(wire::serialize(parts), coins());
  }
  std::vector<testing::Coin> coins() const {
    std::vector<testing::Coin> coins;
    for (const json::value& value : row_.at("prevouts").as_array()) {
      const Bytes bytes = unhex(value);
      const std::uint8_t* at = bytes.data();
      const wire::Output output = wire::Output::take(at);
      coins.push_back({{output.script.begin(), output.script.end()}, output.value});
    }
    return coins;
  }

  const json::object& row_;
  std::size_t input_;
  ScriptFlags flags_;
};

TEST(TaprootReference, IsSpentAndIsNotWhereItMustFail) {
  VEILWIRE_READ_JSON_OR_SKIP(rows, "vectors/core/taproot_ref.json.xz");
  const std::vector<ScriptFlags> flag_sets = testing::consensus_flag_sets();
  ASSERT_EQ(flag_sets.size(), 64u);
  std::size_t spent = 0;
  std::size_t refused = 0;
  for (const json::value& row : rows.as_array()) {
    const Reference test(row.as_object());
    const bool succeeds = test.success_holds(flag_sets);
    EXPECT_TRUE(succeeds) << test.comment();
    spent += succeeds ? 1 : 0;
    if (!test.has_failure()) continue;
    const bool fails = test.failure_holds(flag_sets);
    EXPECT_TRUE(fails) << test.comment();
    refused += fails ? 1 : 0;
  }
  testing::report_count("taproot_ref.json, spent", spent, 2760);
  testing::report_count("taproot_ref.json, refused", refused, 2483);
}

}  // namespace
}  // namespace veilwire::consensus

#include "veilwire/consensus/script/flags.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/script/error.h"

namespace veilwire::consensus {
namespace {

TEST(ScriptFlags, HaveTheBitsOfCore) {
  std::uint32_t bit = 1;
  for (const NamedScriptFlag& row : named_script_flags()) {
    EXPECT_EQ(ScriptFlags(row.flag).bits(), bit) << row.name;
    bit <<= 1;
  }
  EXPECT_EQ(bit, 1u << 21);
}

TEST(ScriptFlags, AreReadAsTheyAreWritten) {
  for (std::uint32_t bits = 0; bits < 1u << 21; bits += 9973) {
    const ScriptFlags flags = ScriptFlags::from_bits(bits);
    EXPECT_EQ(script_flags_from_text(script_flags_text(flags)), flags);
  }
  EXPECT_EQ(script_flags_from_text(""), ScriptFlags());
  EXPECT_EQ(script_flags_from_text("P2SH,NOSUCH"), std::nullopt);
}

TEST(ScriptFlags, OfConsensusAreSevenAndNoneOfThemIsPolicy) {
  EXPECT_EQ(script_flags_text(kConsensusScriptFlags),
            "P2SH,DERSIG,NULLDUMMY,CHECKLOCKTIMEVERIFY,CHECKSEQUENCEVERIFY,WITNESS,TAPROOT");
  EXPECT_FALSE(kConsensusScriptFlags.has_any(kPolicyOnlyScriptFlags));
  EXPECT_TRUE(kStandardScriptFlags.contains(kConsensusScriptFlags));
}

TEST(ScriptError, HasANameForEach) {
  EXPECT_EQ(script_error_name(ScriptError::kOk), "OK");
  EXPECT_EQ(script_error_name(ScriptError::kSignatureFindAndDelete), "SIG_FINDANDDELETE");
}

}  // namespace
}  // namespace veilwire::consensus

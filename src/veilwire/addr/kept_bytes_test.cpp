#include "veilwire/addr/kept_bytes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/addr/testing/damaged.h"

namespace veilwire::addr {
namespace {

constexpr protocol::Magic kNet = protocol::kMainMagic;
constexpr KeptKind kKind{"vwtest\r\n", 2, 100};

std::optional<KeptRule> rule_of(ByteView bytes) {
  const auto contents = open_kept(kKind, kNet, bytes);
  return contents ? std::nullopt : std::optional(contents.error());
}

TEST(KeptBytes, AreReadAsTheyWereWritten) {
  for (const std::size_t size : {0u, 1u, 100u}) {
    const Bytes contents(size, 7);
    const Bytes sealed = seal_kept(kKind, kNet, contents);
    EXPECT_EQ(sealed.size(), size + kKeptBytesAround);
    const auto again = open_kept(kKind, kNet, sealed);
    ASSERT_TRUE(again);
    EXPECT_TRUE(std::ranges::equal(*again, contents));
  }
}

TEST(KeptBytes, EachRuleHasItsName) {
  const Bytes sealed = seal_kept(kKind, kNet, Bytes(50, 7));
  EXPECT_EQ(rule_of(sealed), std::nullopt);
  EXPECT_EQ(rule_of({}), KeptRule::kNotOurs);
  EXPECT_EQ(rule_of(seal_kept({"vwother\n", 2, 100}, kNet, {})), KeptRule::kNotOurs);
  EXPECT_EQ(rule_of(seal_kept({kKind.tag, 3, 100}, kNet, {})), KeptRule::kNewer);
  EXPECT_EQ(rule_of(seal_kept({kKind.tag, 1, 100}, kNet, {})), std::nullopt);
  EXPECT_EQ(rule_of(seal_kept(kKind, protocol::kSignetMagic, {})), KeptRule::kOtherNetwork);
  EXPECT_EQ(rule_of(seal_kept(kKind, kNet, Bytes(101))), KeptRule::kWrongSize);
  EXPECT_EQ(rule_of(ByteView(sealed).first(sealed.size() - 1)), KeptRule::kWrongSize);
  Bytes damaged = sealed;
  damaged[30] ^= 1;
  EXPECT_EQ(rule_of(damaged), KeptRule::kDamaged);
}

TEST(KeptBytes, AreRefusedHoweverTheyAreDamaged) {
  testing::refuses_damage(seal_kept(kKind, kNet, Bytes(20, 7)),
                          [](ByteView bytes) { return !rule_of(bytes); });
}

TEST(KeptBytes, EveryRuleHasANameAndASentence) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(KeptRule::kBadContents); ++i) {
    EXPECT_FALSE(rule_name(static_cast<KeptRule>(i)).empty());
    EXPECT_FALSE(rule_text(static_cast<KeptRule>(i)).empty());
  }
}

}  // namespace
}  // namespace veilwire::addr

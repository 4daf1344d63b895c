#include "veilwire/base/hash256.h"

#include <gtest/gtest.h>

namespace veilwire {
namespace {

constexpr std::string_view kText =
    "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";

TEST(Hash256, IsWrittenBackwards) {
  const auto hash = hash_from_display(kText);
  ASSERT_TRUE(hash);
  EXPECT_EQ(hash->front(), 0x6f);
  EXPECT_EQ(hash->back(), 0x00);
  EXPECT_EQ(to_display(*hash), kText);
  EXPECT_EQ(*hash, "000000000019D6689C085AE165831E934FF763AE46A2A6C172B3F1B60A8CE26F"_hash);
}

TEST(Hash256, IsReadFrom64DigitsAndNothingElse) {
  EXPECT_FALSE(hash_from_display(""));
  EXPECT_FALSE(hash_from_display(kText.substr(1)));
  EXPECT_FALSE(hash_from_display(std::string(kText) + "0"));
  for (const char bad : {'g', 'G', '/', ':', '@', '`', ' ', '\0'}) {
    std::string text(kText);
    text[17] = bad;
    EXPECT_FALSE(hash_from_display(text)) << bad;
  }
}

}  // namespace
}  // namespace veilwire

#include "veilwire/base/ascii.h"

#include <gtest/gtest.h>

namespace veilwire {
namespace {

TEST(Ascii, ComparesInEitherCase) {
  EXPECT_TRUE(equal_in_either_case("LocalHost", "localhoST"));
  EXPECT_TRUE(equal_in_either_case("", ""));
  EXPECT_FALSE(equal_in_either_case("a", "ab"));
  // The neighbours of the letters.
  EXPECT_FALSE(equal_in_either_case("@[", "`{"));
  EXPECT_TRUE(ends_in_either_case("x.ONION", ".onion"));
  EXPECT_FALSE(ends_in_either_case("onion", ".onion"));
}

}  // namespace
}  // namespace veilwire

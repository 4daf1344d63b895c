#include "veilwire/host/hidden_word.h"

#include <gtest/gtest.h>

namespace veilwire::host {
namespace {

TEST(WithoutWord, HidesItWhereItStandsAlone) {
  EXPECT_EQ(without_word("a target, 'a', has a bad day at a:8333", "a"),
            "(hidden) target, '(hidden)', has (hidden) bad day at (hidden):8333");
  EXPECT_EQ(without_word("a-a a_a aa a1", "a"), "a-a a_a aa a1");
  EXPECT_EQ(without_word("", "a"), "");
  EXPECT_EQ(without_word("text", ""), "text");
}

}  // namespace
}  // namespace veilwire::host

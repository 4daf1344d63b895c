#include "veilwire/protocol/height.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace veilwire::protocol {
namespace {

TEST(Height, IsMadeOfAFigureInTheSourceButOfNoOtherNumberByItself) {
  const Height height = 227'931;
  EXPECT_EQ(height.value(), 227'931u);
  EXPECT_FALSE((std::is_convertible_v<Height, std::uint32_t>));
}

TEST(Height, CountsBlocks) {
  EXPECT_EQ(Height(7).next(), Height(8));
  EXPECT_LT(Height(7), Height(8));
  EXPECT_EQ(Height::of(7).before(7), Height(0));
}

TEST(Height, HasNothingBeforeTheGenesisBlock) { EXPECT_EQ(Height(3).before(11), Height(0)); }

}  // namespace
}  // namespace veilwire::protocol

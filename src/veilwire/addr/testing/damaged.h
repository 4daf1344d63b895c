// Kept bytes, damaged in every way that a disk does it.
#pragma once

#include <gtest/gtest.h>

#include "veilwire/base/bytes.h"

namespace veilwire::addr::testing {

// `is_read` says whether bytes are taken for what they should be.
template <typename IsRead>
void refuses_damage(const Bytes& whole, IsRead is_read) {
  EXPECT_TRUE(is_read(ByteView(whole)));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(is_read(ByteView(whole).first(size))) << size << " bytes";
  }
  Bytes longer = whole;
  longer.push_back(0);
  EXPECT_FALSE(is_read(ByteView(longer)));
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1u << bit % 8);
    EXPECT_FALSE(is_read(ByteView(flipped))) << "bit " << bit;
  }
}

}  // namespace veilwire::addr::testing

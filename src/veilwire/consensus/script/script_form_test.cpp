#include "veilwire/consensus/script/script_form.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/script/opcode.h"

namespace veilwire::consensus {
namespace {

Bytes head(std::size_t data_bytes) {
  const PushHead head = push_head(data_bytes);
  return {head.view().begin(), head.view().end()};
}

TEST(PushHead, IsTheShortestWithItsLengthInLittleEndian) {
  EXPECT_EQ(head(75), (Bytes{75}));
  EXPECT_EQ(head(76), (Bytes{kOpPushData1, 76}));
  EXPECT_EQ(head(0xff), (Bytes{kOpPushData1, 0xff}));
  EXPECT_EQ(head(0x100), (Bytes{kOpPushData2, 0x00, 0x01}));
  EXPECT_EQ(head(0xffff), (Bytes{kOpPushData2, 0xff, 0xff}));
  EXPECT_EQ(head(0x1'0000), (Bytes{kOpPushData4, 0x00, 0x00, 0x01, 0x00}));
  EXPECT_EQ(head(0x0403'0201), (Bytes{kOpPushData4, 0x01, 0x02, 0x03, 0x04}));
}

}  // namespace
}  // namespace veilwire::consensus

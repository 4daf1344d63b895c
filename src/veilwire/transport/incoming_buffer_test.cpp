#include "veilwire/transport/incoming_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/transport/limits.h"
#include "veilwire/transport/testing/end.h"

namespace veilwire::transport {
namespace {

using testing::filled;

TEST(IncomingBuffer, TakesNoMoreThanItsRun) {
  IncomingBuffer buffer;
  buffer.start(5);
  const Bytes bytes{1, 2, 3, 4, 5, 6, 7};
  ByteView first = ByteView(bytes).first(2);
  EXPECT_FALSE(buffer.take_from(first));
  EXPECT_TRUE(first.empty());
  ByteView rest = ByteView(bytes).subspan(2);
  EXPECT_TRUE(buffer.take_from(rest));
  EXPECT_EQ(rest.size(), 2U);
  EXPECT_TRUE(std::ranges::equal(buffer.view(), ByteView(bytes).first(5)));
}

TEST(IncomingBuffer, ARunOfNothingIsCompleteAtOnce) {
  IncomingBuffer buffer;
  buffer.start(0);
  ByteView none;
  EXPECT_TRUE(buffer.take_from(none));
}

TEST(IncomingBuffer, ReservesAtMost256KiBAhead) {
  IncomingBuffer buffer;
  buffer.start(4'000'000);
  EXPECT_EQ(buffer.heap_bytes(), 0U);
  const Bytes piece = filled(100'000);
  for (std::size_t arrived = 100'000; arrived <= 4'000'000; arrived += 100'000) {
    ByteView bytes = piece;
    EXPECT_EQ(buffer.take_from(bytes), arrived == 4'000'000);
    EXPECT_LE(buffer.heap_bytes(), std::min<std::size_t>(4'000'000, arrived + 256 * 1024));
  }
}

TEST(IncomingBuffer, ASmallRunDoesNotKeepALargeOnesMemory) {
  IncomingBuffer buffer;
  buffer.start(100'000);
  const Bytes bytes = filled(100'000);
  ByteView input = bytes;
  ASSERT_TRUE(buffer.take_from(input));
  buffer.start(99'500);
  EXPECT_EQ(buffer.heap_bytes(), 100'000U);
  buffer.start(100);
  EXPECT_LE(buffer.heap_bytes(), 100 + kKeptBufferBytes);
}

TEST(IncomingBuffer, TrimmingKeepsALittle) {
  IncomingBuffer buffer;
  buffer.place(kKeptBufferBytes);
  buffer.trim();
  EXPECT_EQ(buffer.heap_bytes(), kKeptBufferBytes);
  buffer.place(kKeptBufferBytes + 1);
  buffer.trim();
  EXPECT_EQ(buffer.heap_bytes(), 0U);
}

}  // namespace
}  // namespace veilwire::transport

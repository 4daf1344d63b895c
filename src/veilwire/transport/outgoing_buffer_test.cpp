#include "veilwire/transport/outgoing_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "veilwire/transport/limits.h"
#include "veilwire/transport/testing/end.h"

namespace veilwire::transport {
namespace {

using testing::filled;

// Against the plainest queue of bytes there is.
TEST(OutgoingBuffer, IsAQueueOfBytes) {
  std::mt19937_64 random(1);
  OutgoingBuffer buffer;
  std::deque<std::uint8_t> expected;
  for (int i = 0; i < 2000; ++i) {
    const Bytes bytes = filled(random() % 3000, static_cast<std::uint8_t>(i));
    buffer.append(bytes);
    expected.insert(expected.end(), bytes.begin(), bytes.end());
    const std::size_t sent = random() % (expected.size() + 1);
    buffer.mark_sent(sent);
    expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(sent));
    ASSERT_TRUE(std::ranges::equal(buffer.unsent(), expected));
    ASSERT_EQ(buffer.unsent_bytes(), expected.size());
  }
}

TEST(OutgoingBuffer, GrowsByWhatIsUnsentAndALittle) {
  OutgoingBuffer buffer;
  for (int i = 0; i < 1000; ++i) {
    buffer.append(filled(100));
    EXPECT_LE(buffer.heap_bytes(), buffer.unsent_bytes() + kKeptBufferBytes);
  }
}

TEST(OutgoingBuffer, GivesALargeRunsMemoryBackOnceItIsSent) {
  OutgoingBuffer buffer;
  buffer.append(filled(1'000'000));
  buffer.mark_sent(999'999);
  EXPECT_EQ(buffer.idle_bytes(), 0U);
  buffer.mark_sent(1);
  EXPECT_EQ(buffer.heap_bytes(), 0U);
}

TEST(OutgoingBuffer, KeepsASmallRunsMemoryForTheNext) {
  OutgoingBuffer buffer;
  buffer.append({});
  EXPECT_EQ(buffer.heap_bytes(), 0U);
  *buffer.extend(1) = 1;
  buffer.mark_sent(1);
  EXPECT_GE(buffer.idle_bytes(), 1U);
  buffer.release();
  EXPECT_EQ(buffer.idle_bytes(), 0U);
}

}  // namespace
}  // namespace veilwire::transport

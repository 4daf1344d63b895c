#include "veilwire/base/byte_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define VEILWIRE_TEST_SANITIZED 1
#endif
#endif

namespace veilwire {
namespace {

#if defined(VEILWIRE_TEST_SANITIZED) || defined(__SANITIZE_ADDRESS__) || \
    defined(__SANITIZE_THREAD__)
constexpr bool kAllocatorEndsTheProcess = true;
#else
constexpr bool kAllocatorEndsTheProcess = false;
#endif

Bytes contents(const ByteBuffer& buffer) { return {buffer.view().begin(), buffer.view().end()}; }

ByteBuffer buffer_of(const Bytes& bytes) {
  ByteBuffer buffer;
  buffer.append(bytes);
  return buffer;
}

TEST(ByteBuffer, HoldsNoMemoryWhenNew) {
  const ByteBuffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.size(), 0u);
  EXPECT_EQ(buffer.capacity(), 0u);
  EXPECT_TRUE(buffer.view().empty());
}

TEST(ByteBuffer, ReservesExactlyWhatIsAskedFor) {
  ByteBuffer buffer;
  buffer.reserve(1000);
  EXPECT_EQ(buffer.capacity(), 1000u);
  EXPECT_EQ(buffer.size(), 0u);
  buffer.reserve(1001);
  EXPECT_EQ(buffer.capacity(), 1001u);
}

TEST(ByteBuffer, NeverShrinksByReserve) {
  ByteBuffer buffer;
  buffer.reserve(1000);
  buffer.reserve(10);
  EXPECT_EQ(buffer.capacity(), 1000u);
}

TEST(ByteBuffer, KeepsItsBytesWhenItGrows) {
  ByteBuffer buffer = buffer_of({1, 2, 3});
  buffer.reserve(100'000);
  EXPECT_EQ(contents(buffer), (Bytes{1, 2, 3}));
}

TEST(ByteBuffer, ExtendsByExactlyTheCountAndReturnsTheFirstNewByte) {
  ByteBuffer buffer = buffer_of({1, 2});
  std::uint8_t* added = buffer.extend(3);
  EXPECT_EQ(added, buffer.data() + 2);
  std::fill_n(added, 3, std::uint8_t{9});
  EXPECT_EQ(contents(buffer), (Bytes{1, 2, 9, 9, 9}));
}

TEST(ByteBuffer, ExtendsInPlaceWhileTheReservationLasts) {
  ByteBuffer buffer;
  buffer.reserve(10);
  const std::uint8_t* before = buffer.data();
  buffer.extend(10);
  EXPECT_EQ(buffer.data(), before);
  EXPECT_EQ(buffer.capacity(), 10u);
}

TEST(ByteBuffer, GrowsByAtLeastHalfWhereItMust) {
  ByteBuffer buffer;
  buffer.reserve(1000);
  buffer.extend(1000);
  buffer.extend(1);
  EXPECT_GE(buffer.capacity(), 1500u);
  EXPECT_EQ(buffer.size(), 1001u);
}

TEST(ByteBuffer, GrowsToWhatALongExtensionNeeds) {
  ByteBuffer buffer = buffer_of({1});
  buffer.extend(5000);
  EXPECT_EQ(buffer.size(), 5001u);
  EXPECT_GE(buffer.capacity(), 5001u);
}

TEST(ByteBuffer, AppendsInOrder) {
  ByteBuffer buffer;
  Bytes expected;
  for (std::size_t size = 0; size < 200; ++size) {
    const Bytes piece(size, static_cast<std::uint8_t>(size));
    buffer.append(piece);
    expected.insert(expected.end(), piece.begin(), piece.end());
  }
  EXPECT_EQ(contents(buffer), expected);
}

TEST(ByteBuffer, AppendsNothingWithoutAllocating) {
  ByteBuffer buffer;
  buffer.append({});
  EXPECT_EQ(buffer.capacity(), 0u);
}

TEST(ByteBuffer, DropsAtTheFrontAndKeepsTheRest) {
  ByteBuffer buffer = buffer_of({1, 2, 3, 4, 5});
  buffer.drop_front(0);
  EXPECT_EQ(contents(buffer), (Bytes{1, 2, 3, 4, 5}));
  buffer.drop_front(2);
  EXPECT_EQ(contents(buffer), (Bytes{3, 4, 5}));
  buffer.drop_front(3);
  EXPECT_TRUE(buffer.empty());
}

TEST(ByteBuffer, KeepsItsMemoryWhenTruncatedOrCleared) {
  ByteBuffer buffer = buffer_of({1, 2, 3, 4});
  const std::size_t capacity = buffer.capacity();
  buffer.truncate(2);
  EXPECT_EQ(contents(buffer), (Bytes{1, 2}));
  buffer.clear();
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), capacity);
}

TEST(ByteBuffer, GivesItsMemoryBackOnRelease) {
  ByteBuffer released = buffer_of({1, 2, 3});
  released.release();
  EXPECT_EQ(released.capacity(), 0u);
  EXPECT_TRUE(released.empty());
  released.append(Bytes{7});
  EXPECT_EQ(contents(released), Bytes{7});
}

TEST(ByteBuffer, GivesItsMemoryBackOnWipeAndRelease) {
  ByteBuffer wiped = buffer_of({1, 2, 3});
  wiped.truncate(1);
  wiped.wipe_and_release();
  EXPECT_EQ(wiped.capacity(), 0u);
  EXPECT_TRUE(wiped.empty());
  wiped.wipe_and_release();
  EXPECT_EQ(wiped.capacity(), 0u);
}

TEST(ByteBuffer, LeavesNothingBehindWhenMovedFrom) {
  ByteBuffer source = buffer_of({1, 2, 3});
  const ByteBuffer target = std::move(source);
  EXPECT_EQ(contents(target), (Bytes{1, 2, 3}));
  EXPECT_TRUE(source.empty());
  EXPECT_EQ(source.capacity(), 0u);
}

TEST(ByteBuffer, TakesTheBytesWhenMoveAssigned) {
  ByteBuffer target = buffer_of({9, 9});
  target = buffer_of({1, 2, 3});
  EXPECT_EQ(contents(target), (Bytes{1, 2, 3}));
}

TEST(ByteBuffer, KeepsItsBytesWhenMemoryIsRefused) {
  if (kAllocatorEndsTheProcess) GTEST_SKIP() << "sanitizers end the process on such a request";
  ByteBuffer buffer = buffer_of({1, 2, 3});
  volatile std::size_t impossible = std::numeric_limits<std::ptrdiff_t>::max();
  EXPECT_THROW(buffer.reserve(impossible), std::bad_alloc);
  EXPECT_THROW(buffer.extend(impossible - 3), std::bad_alloc);
  EXPECT_EQ(contents(buffer), (Bytes{1, 2, 3}));
}

}  // namespace
}  // namespace veilwire

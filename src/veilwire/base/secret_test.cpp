#include "veilwire/base/secret.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <type_traits>

namespace veilwire {
namespace {

constexpr std::size_t kSize = 40;
using TestSecret = Secret<kSize>;

std::array<std::uint8_t, kSize> counting_bytes() {
  std::array<std::uint8_t, kSize> bytes{};
  for (std::size_t i = 0; i < kSize; ++i) bytes[i] = static_cast<std::uint8_t>(i + 1);
  return bytes;
}

TestSecret counting_secret() { return TestSecret(counting_bytes()); }

bool is_zero(const std::uint8_t* from, std::size_t size) {
  return std::all_of(from, from + size, [](std::uint8_t byte) { return byte == 0; });
}

bool holds_counting_bytes(const TestSecret& secret) {
  const auto bytes = counting_bytes();
  return std::equal(bytes.begin(), bytes.end(), secret.data());
}

TEST(Wipe, ZeroesWhatItIsGivenAndNothingBeside) {
  Bytes memory(16, 0xaa);
  wipe(memory.data() + 3, 5);
  EXPECT_EQ(memory, (Bytes{0xaa, 0xaa, 0xaa, 0, 0, 0, 0, 0, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
                           0xaa, 0xaa}));
}

TEST(Wipe, TakesNothingAtNull) { wipe(nullptr, 0); }

TEST(Secret, IsZeroWhenMadeOfNothing) {
  const TestSecret secret;
  EXPECT_TRUE(is_zero(secret.data(), kSize));
}

TEST(Secret, HoldsWhatItWasGiven) { EXPECT_TRUE(holds_counting_bytes(counting_secret())); }

TEST(Secret, IsWipedWhenItGoes) {
  alignas(TestSecret) std::uint8_t memory[sizeof(TestSecret)];
  auto* secret = std::construct_at(reinterpret_cast<TestSecret*>(memory), counting_bytes());
  ASSERT_TRUE(holds_counting_bytes(*secret));
  std::destroy_at(secret);
  // What lay there is no longer the compiler's to know: read the memory itself.
  __asm__ __volatile__("" : : "r"(memory) : "memory");
  EXPECT_TRUE(is_zero(memory, sizeof memory));
}

TEST(Secret, IsWipedWhenMovedFrom) {
  TestSecret source = counting_secret();
  const TestSecret target = std::move(source);
  EXPECT_TRUE(holds_counting_bytes(target));
  EXPECT_TRUE(is_zero(source.data(), kSize));
}

TEST(Secret, IsWipedWhenMoveAssignedFrom) {
  TestSecret source = counting_secret();
  TestSecret target;
  target = std::move(source);
  EXPECT_TRUE(holds_counting_bytes(target));
  EXPECT_TRUE(is_zero(source.data(), kSize));
}

TEST(Secret, KeepsItsBytesWhenMovedIntoItself) {
  TestSecret secret = counting_secret();
  TestSecret& itself = secret;
  secret = std::move(itself);
  EXPECT_TRUE(holds_counting_bytes(secret));
}

TEST(Secret, IsCopiedByNameOnly) {
  static_assert(!std::is_copy_constructible_v<TestSecret>);
  static_assert(!std::is_copy_assignable_v<TestSecret>);
  const TestSecret source = counting_secret();
  const TestSecret copy = source.copy();
  EXPECT_TRUE(holds_counting_bytes(copy));
  EXPECT_TRUE(holds_counting_bytes(source));
}

TEST(Secret, IsZeroAfterClear) {
  TestSecret secret = counting_secret();
  secret.clear();
  EXPECT_TRUE(is_zero(secret.data(), kSize));
}

TEST(EqualConstantTime, HoldsForEqualBytesOfEverySize) {
  for (std::size_t size = 0; size <= 70; ++size) {
    const Bytes a(size, 0x5a);
    const Bytes b(size, 0x5a);
    EXPECT_TRUE(equal_constant_time(a.data(), b.data(), size)) << size;
  }
}

TEST(EqualConstantTime, NoticesEverySingleBit) {
  const Bytes a(33, 0xa5);
  for (std::size_t bit = 0; bit < a.size() * 8; ++bit) {
    Bytes b = a;
    b[bit / 8] = static_cast<std::uint8_t>(b[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_FALSE(equal_constant_time(a.data(), b.data(), a.size())) << bit;
  }
}

TEST(EqualConstantTime, NoticesDifferencesThatCancelOut) {
  const Bytes a{0x10, 0x10, 0x80, 0x80};
  const Bytes b{0x11, 0x11, 0x00, 0x00};
  EXPECT_FALSE(equal_constant_time(a.data(), b.data(), a.size()));
  const Bytes zeros(4, 0);
  const Bytes ones(4, 0xff);
  EXPECT_FALSE(equal_constant_time(zeros.data(), ones.data(), zeros.size()));
}

TEST(EqualConstantTime, LooksAtNothingBeyondTheSize) {
  const Bytes a{1, 2, 3};
  const Bytes b{1, 2, 4};
  EXPECT_TRUE(equal_constant_time(a.data(), b.data(), 2));
}

}  // namespace
}  // namespace veilwire

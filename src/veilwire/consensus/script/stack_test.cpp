#include "veilwire/consensus/script/stack.h"

#include <gtest/gtest.h>

#include <utility>

#include "veilwire/base/hex.h"
#include "veilwire/consensus/script/conditions.h"
#include "veilwire/consensus/script/digest_cache.h"
#include "veilwire/consensus/script/script_number.h"

namespace veilwire::consensus {
namespace {

Item number(std::size_t value) { return ScriptNumber(static_cast<std::int64_t>(value)).item(); }

std::int64_t value_of(const Item& item) {
  return ScriptNumber::read(item.bytes(), NumberForm::kMinimal)->value();
}

Stack& filled(Stack& stack, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) stack.push(number(i));
  return stack;
}

TEST(Item, HoldsWhatIsComputedAndPointsAtWhatIsThere) {
  const Bytes there(520, 7);
  EXPECT_EQ(Item::of_view(there).size(), 520u);
  const Item view = Item::of_view(there);
  EXPECT_EQ(view.bytes().data(), there.data());
  Bytes computed(32, 9);
  const Item copy = Item::of_copy(computed);
  computed[0] = 0;
  EXPECT_EQ(copy.bytes()[0], 9);
  EXPECT_LE(sizeof(Item), 40u);
}

TEST(Item, IsFalseWhereItIsZeroInAnyLengthAndSign) {
  EXPECT_FALSE(Item().is_true());
  const Bytes zeros(520, 0);
  EXPECT_FALSE(Item::of_view(zeros).is_true());
  Bytes negative = zeros;
  negative.back() = 0x80;
  EXPECT_FALSE(Item::of_view(negative).is_true());
  negative.back() = 0x81;
  EXPECT_TRUE(Item::of_view(negative).is_true());
  const Bytes sign_in_front = {0x80, 0};
  EXPECT_TRUE(Item::of_view(sign_in_front).is_true());
}

// At every size around those at which it must grow.
TEST(Stack, KeepsItsItemsWhereItIsJustFull) {
  for (std::size_t size = 2; size < 60; ++size) {
    Stack stack;
    filled(stack, size);
    stack.push(stack.top(size - 1));
    EXPECT_EQ(value_of(stack.top()), 0);
    for (std::size_t i = 0; i < size; ++i) {
      ASSERT_EQ(value_of(stack.top(size - i)), static_cast<std::int64_t>(i)) << size;
    }
  }
}

TEST(Stack, IsReadAtAnyDepthWhereItMayNotChangeToo) {
  Stack stack;
  for (std::size_t i = 0; i < 5; ++i) stack.push(number(i));
  for (std::size_t depth = 0; depth < 5; ++depth) {
    EXPECT_EQ(value_of(std::as_const(stack).top(depth)), static_cast<std::int64_t>(4 - depth));
  }
}

TEST(Stack, TakesAndInsertsAtAnyDepth) {
  for (std::size_t size = 1; size < 60; ++size) {
    for (std::size_t depth = 0; depth < size; ++depth) {
      Stack stack;
      filled(stack, size);
      const Item taken = stack.take(depth);
      ASSERT_EQ(value_of(taken), static_cast<std::int64_t>(size - 1 - depth));
      ASSERT_EQ(stack.size(), size - 1);
      stack.insert(depth, taken);
      for (std::size_t i = 0; i < size; ++i) {
        ASSERT_EQ(value_of(stack.top(i)), static_cast<std::int64_t>(size - 1 - i));
      }
    }
  }
}

TEST(Stack, IsCopiedWhole) {
  for (const std::size_t size : {0u, 5u, 12u, 13u, 1000u}) {
    Stack from;
    Stack to;
    filled(from, size);
    filled(to, 3);
    to.copy_from(from);
    ASSERT_EQ(to.size(), size);
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(value_of(to.top(i)), value_of(from.top(i)));
  }
}

TEST(ScriptNumber, IsWrittenInItsShortestForm) {
  const std::vector<std::pair<std::int64_t, std::string_view>> forms = {
      {0, ""},
      {1, "01"},
      {-1, "81"},
      {127, "7f"},
      {128, "8000"},
      {-128, "8080"},
      {255, "ff00"},
      {-255, "ff80"},
      {256, "0001"},
      {32'768, "008000"},
      {-32'768, "008080"},
      {2'147'483'647, "ffffff7f"},
      {-2'147'483'647, "ffffffff"},
      {2'147'483'648, "0000008000"},
      {4'294'967'294, "feffffff00"},
  };
  for (const auto& [value, hex] : forms) {
    const Item item = ScriptNumber(value).item();
    EXPECT_EQ(to_hex(item.bytes()), hex);
    EXPECT_EQ(ScriptNumber::read(item.bytes(), NumberForm::kMinimal, 5)->value(), value);
  }
}

TEST(ScriptNumber, HasFourBytesAtMostUnlessAskedOtherwise) {
  const Bytes five = {1, 0, 0, 0, 0};
  EXPECT_FALSE(ScriptNumber::read(five, NumberForm::kAny));
  EXPECT_EQ(ScriptNumber::read(five, NumberForm::kAny, 5)->value(), 1);
}

TEST(ScriptNumber, MayBeLongerThanNeededUnlessPolicyRefusesIt) {
  for (const Bytes& bytes : {Bytes{0}, Bytes{0x80}, Bytes{1, 0}, Bytes{1, 0x80}, Bytes{0, 0}}) {
    EXPECT_TRUE(ScriptNumber::read(bytes, NumberForm::kAny));
    EXPECT_FALSE(ScriptNumber::read(bytes, NumberForm::kMinimal)) << to_hex(bytes);
  }
  EXPECT_EQ(ScriptNumber::read(Bytes{0x80}, NumberForm::kAny)->value(), 0);
  EXPECT_EQ(ScriptNumber::read(Bytes{0x80, 0x80}, NumberForm::kMinimal)->value(), -128);
}

TEST(Conditions, AreTakenWhereAllAre) {
  Conditions conditions;
  EXPECT_TRUE(conditions.empty());
  EXPECT_TRUE(conditions.all_taken());
  conditions.push(Branch::kTaken);
  conditions.push(Branch::kNotTaken);
  conditions.push(Branch::kNotTaken);
  conditions.toggle();  // inside what is not taken
  EXPECT_FALSE(conditions.all_taken());
  conditions.pop();
  conditions.toggle();
  EXPECT_TRUE(conditions.all_taken());
  conditions.toggle();
  EXPECT_FALSE(conditions.all_taken());
  conditions.pop();
  EXPECT_TRUE(conditions.all_taken());
  conditions.pop();
  EXPECT_TRUE(conditions.empty());
}

TEST(DigestCache, IsKeyedByTheWholeType) {
  DigestCache cache;
  cache.put(0x01, Hash256{1});
  cache.put(0x81, Hash256{2});
  ASSERT_TRUE(cache.find(0x01));
  EXPECT_EQ(*cache.find(0x01), Hash256{1});
  EXPECT_EQ(*cache.find(0x81), Hash256{2});
  EXPECT_FALSE(cache.find(0x41));
  for (std::uint8_t type = 2; type < 8; ++type) cache.put(type, Hash256{type});
  EXPECT_FALSE(cache.find(0x01));
  EXPECT_EQ(*cache.find(7), Hash256{7});
  cache.clear();
  EXPECT_FALSE(cache.find(7));
}

}  // namespace
}  // namespace veilwire::consensus

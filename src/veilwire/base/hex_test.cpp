#include "veilwire/base/hex.h"

#include <gtest/gtest.h>

namespace veilwire {
namespace {

TEST(Hex, WritesTwoLowerCaseDigitsForEachByte) {
  EXPECT_EQ(to_hex({}), "");
  EXPECT_EQ(to_hex(Bytes{0x00, 0x0f, 0xf0, 0xab, 0xff}), "000ff0abff");
}

TEST(Hex, ReadsEitherCase) {
  EXPECT_EQ(from_hex(""), Bytes{});
  EXPECT_EQ(from_hex("00aBcDfF"), (Bytes{0x00, 0xab, 0xcd, 0xff}));
}

TEST(Hex, ReadsBackEveryByte) {
  Bytes all;
  for (int value = 0; value < 256; ++value) all.push_back(static_cast<std::uint8_t>(value));
  EXPECT_EQ(from_hex(to_hex(all)), all);
}

TEST(Hex, RefusesAnOddNumberOfDigits) {
  EXPECT_EQ(from_hex("0"), std::nullopt);
  EXPECT_EQ(from_hex("abc"), std::nullopt);
}

TEST(Hex, RefusesEveryCharacterThatIsNoDigit) {
  const std::string digits = "0123456789abcdefABCDEF";
  for (int value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool is_digit = digits.find(c) != std::string::npos;
    EXPECT_EQ(from_hex(std::string{c, '0'}).has_value(), is_digit) << value;
    EXPECT_EQ(from_hex(std::string{'0', c}).has_value(), is_digit) << value;
  }
}

}  // namespace
}  // namespace veilwire

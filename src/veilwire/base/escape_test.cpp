#include "veilwire/base/escape.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace veilwire {
namespace {

using namespace std::string_view_literals;

TEST(EscapeForeign, LeavesPrintableAsciiAsItIs) {
  EXPECT_EQ(escape_foreign("/Satoshi:31.0.0(some one; \"quoted\" 'too')/~"sv),
            "/Satoshi:31.0.0(some one; \"quoted\" 'too')/~");
  EXPECT_EQ(escape_foreign(""sv), "");
  EXPECT_EQ(escape_foreign(ByteView{}), "");
}

TEST(EscapeForeign, MakesTerminalEscapesReadable) {
  EXPECT_EQ(escape_foreign("\x1b[2J\x1b]0;owned\x07"sv), R"(\x1b[2J\x1b]0;owned\x07)");
  // The one-byte form of ESC [, and the control characters that some terminals obey.
  EXPECT_EQ(escape_foreign("\x9b"
                           "31m\b\x7f"sv),
            R"(\x9b31m\x08\x7f)");
}

TEST(EscapeForeign, KeepsEverythingOnOneLine) {
  EXPECT_EQ(escape_foreign("a\nb\r\nc\td\0e"sv), R"(a\x0ab\x0d\x0ac\x09d\x00e)");
  // NEL and LINE SEPARATOR, at which some readers of logs break a line too.
  EXPECT_EQ(escape_foreign("\xc2\x85\xe2\x80\xa8"sv), R"(\xc2\x85\xe2\x80\xa8)");
}

TEST(EscapeForeign, WritesInvalidUtf8ByteByByte) {
  EXPECT_EQ(escape_foreign("\xff\xc0\x80\xed\xa0\x80"sv), R"(\xff\xc0\x80\xed\xa0\x80)");
  EXPECT_EQ(escape_foreign("cut \xe2\x82"sv), R"(cut \xe2\x82)");
}

TEST(EscapeForeign, TurnsNoTextAround) {
  EXPECT_EQ(escape_foreign("evil\u202egnp.exe\u2066"sv), R"(evil\xe2\x80\xaegnp.exe\xe2\x81\xa6)");
}

// Otherwise the text `\x0a` and a newline would look alike.
TEST(EscapeForeign, DoublesTheBackslash) {
  EXPECT_EQ(escape_foreign(R"(\x0a)"sv), R"(\\x0a)");
  EXPECT_EQ(escape_foreign("\\\n"sv), R"(\\\x0a)");
}

TEST(EscapeForeign, CutsBetweenEscapes) {
  EXPECT_EQ(escape_foreign("abcdef"sv, 6), "abcdef");
  EXPECT_EQ(escape_foreign("abcdefg"sv, 6), "abcdef...");
  EXPECT_EQ(escape_foreign("ab\x01"
                           "c"sv,
                           6),
            R"(ab\x01...)");
  EXPECT_EQ(escape_foreign("abc\x01"sv, 6), "abc...");
  EXPECT_EQ(escape_foreign("abcde\\"sv, 6), "abcde...");
  EXPECT_EQ(escape_foreign("a"sv, 0), "...");
  EXPECT_EQ(escape_foreign(""sv, 0), "");
}

TEST(EscapeForeign, ShowsAtMostItsLimitOfALongText) {
  EXPECT_EQ(escape_foreign(std::string(4'000'000, 'x')),
            std::string(kMaxEscapedChars, 'x') + "...");
  EXPECT_EQ(escape_foreign(Bytes(4'000'000, 0xff)).size(), kMaxEscapedChars + 3);
}

TEST(QuoteForeign, ShowsTheBeginningBetweenQuotes) {
  EXPECT_EQ(quote_foreign("a\n"), "'a\\x0a'");
  EXPECT_EQ(quote_foreign(std::string(1000, 'x')), "'" + std::string(kMaxShownChars, 'x') + "...'");
}

TEST(EscapeForeign, GivesPrintableAsciiForEveryByteAndNoTwoAlike) {
  std::vector<std::string> all;
  for (int byte = 0; byte < 256; ++byte) {
    const Bytes one{static_cast<std::uint8_t>(byte)};
    all.push_back(escape_foreign(one));
    EXPECT_TRUE(std::ranges::all_of(all.back(), [](char c) { return c >= ' ' && c <= '~'; }));
  }
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
}

}  // namespace
}  // namespace veilwire

#include "veilwire/probe/target.h"

#include <gtest/gtest.h>

#include <sstream>

namespace veilwire::probe {
namespace {

constexpr std::uint16_t kPort = 8333;

std::expected<std::vector<Target>, std::string> read(const std::string& text) {
  std::istringstream lines(text);
  return read_targets(lines, "peers.txt", kPort);
}

TEST(Target, KeepsItsTextAndTakesTheDefaultPort) {
  EXPECT_EQ(parse_target("example.org", kPort), (Target{"example.org", {"example.org", kPort}}));
  EXPECT_EQ(parse_target("[::1]:18444", kPort), (Target{"[::1]:18444", {"::1", 18444}}));
  EXPECT_EQ(parse_target("::1", kPort), (Target{"::1", {"::1", kPort}}));
}

TEST(Target, OneMistakeRefusesAllArguments) {
  const std::vector<std::string> texts{"127.0.0.1", "127.0.0.1:99999"};
  const auto targets = parse_targets(texts, kPort);
  ASSERT_FALSE(targets);
  EXPECT_NE(targets.error().find("99999"), std::string::npos) << targets.error();
}

TEST(Target, NobodyListensAtPort0) {
  const auto target = parse_target("127.0.0.1:0", kPort);
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error(), "'127.0.0.1:0' has port 0, on which nobody can listen");
}

TEST(Target, LinesMayBeBlankOrComments) {
  const auto targets = read("# known peers\n\n  127.0.0.1 \t\r\n[::1]:1 # mine\n\t\nlast");
  ASSERT_TRUE(targets) << targets.error();
  ASSERT_EQ(targets->size(), 3);
  EXPECT_EQ((*targets)[0].text, "127.0.0.1");
  EXPECT_EQ((*targets)[1].endpoint, (Endpoint{"::1", 1}));
  EXPECT_EQ((*targets)[2].text, "last");
}

TEST(Target, AMistakeInAFileIsToldWithItsLine) {
  const auto targets = read("127.0.0.1\n# comment\nhost name\n");
  ASSERT_FALSE(targets);
  EXPECT_TRUE(targets.error().starts_with("peers.txt, line 3: ")) << targets.error();
}

TEST(Target, WhatAMistakeCitesIsEscaped) {
  const auto targets = read("\x1b[2Jevil\n");
  ASSERT_FALSE(targets);
  EXPECT_EQ(targets.error().find('\x1b'), std::string::npos);
}

TEST(Target, AByteOrderMarkIsNoPartOfTheFirstTarget) {
  const auto targets = read(
      "\xef\xbb\xbf"
      "127.0.0.1\n");
  ASSERT_TRUE(targets) << targets.error();
  EXPECT_EQ(targets->front().text, "127.0.0.1");
  EXPECT_FALSE(
      read("127.0.0.1\n\xef\xbb\xbf"
           "127.0.0.1\n"));
}

TEST(Target, AnEmptyFileHasNoTargets) {
  EXPECT_TRUE(read("")->empty());
  EXPECT_TRUE(read("\n# nothing\n")->empty());
}

}  // namespace
}  // namespace veilwire::probe

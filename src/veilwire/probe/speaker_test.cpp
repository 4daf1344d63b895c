#include "veilwire/probe/speaker.h"

#include <gtest/gtest.h>

namespace veilwire::probe {
namespace {

std::optional<Speaker> guess(std::string_view first, std::string_view network = "main") {
  return guess_speaker(Bytes(first.begin(), first.end()), *protocol::network_from_name(network));
}

std::string first_v1_bytes(const protocol::Magic& magic) {
  return std::string(magic.begin(), magic.end()) + "version";
}

TEST(Speaker, NamesAWebServer) {
  for (const char* first : {"HTTP/1.1 400 Bad", "<!DOCTYPE HTML>", "<html>\r\n<head>"}) {
    const auto speaker = guess(first);
    ASSERT_TRUE(speaker) << first;
    EXPECT_EQ(speaker->error, "web_server");
    EXPECT_EQ(speaker->text, "a web server answered");
  }
}

TEST(Speaker, NamesOtherServers) { EXPECT_EQ(guess("SSH-2.0-OpenSSH_9")->error, "not_bitcoin"); }

TEST(Speaker, NamesTheNetworkOfAPeer) {
  const auto speaker = guess(first_v1_bytes(protocol::kRegtestMagic));
  ASSERT_TRUE(speaker);
  EXPECT_EQ(speaker->error, "wrong_network");
  EXPECT_EQ(speaker->text, "the peer speaks on the network regtest, not on main");
}

TEST(Speaker, KnowsAnotherNetworkWithoutAName) {
  const auto speaker = guess(first_v1_bytes({1, 2, 3, 4}));
  ASSERT_TRUE(speaker);
  EXPECT_EQ(speaker->text, "the peer speaks on another network than main");
}

TEST(Speaker, OurOwnNetworkAndRandomBytesSayNothing) {
  EXPECT_FALSE(guess(first_v1_bytes(protocol::kMainMagic)));
  EXPECT_FALSE(guess(first_v1_bytes(protocol::kSignetMagic), "signet"));
  EXPECT_FALSE(guess("\x80\x91\xa2\xb3\xc4\xd5\xe6"));
  EXPECT_FALSE(guess(""));
  EXPECT_FALSE(guess("HT"));
}

}  // namespace
}  // namespace veilwire::probe

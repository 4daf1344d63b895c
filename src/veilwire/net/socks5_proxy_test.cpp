#include <gtest/gtest.h>

#include "veilwire/net/dial.h"

namespace veilwire::net {
namespace {

std::string error_of(std::string_view text) {
  const auto parsed = parse_proxy(text);
  return parsed ? "taken" : parsed.error();
}

TEST(ParseProxy, TakesAnAddressAlone) {
  const auto proxy = parse_proxy("127.0.0.1:9050");
  ASSERT_TRUE(proxy) << proxy.error();
  EXPECT_EQ(proxy->address, (Endpoint{"127.0.0.1", 9050}));
  EXPECT_TRUE(proxy->user.empty());
  EXPECT_TRUE(proxy->password.empty());
}

TEST(ParseProxy, TakesAUrl) {
  const auto proxy = parse_proxy("socks5://10.0.0.1:9050");
  ASSERT_TRUE(proxy) << proxy.error();
  EXPECT_EQ(proxy->address, (Endpoint{"10.0.0.1", 9050}));
}

TEST(ParseProxy, TakesTheSchemeThatLeavesNamesToTheProxy) {
  const auto proxy = parse_proxy("socks5h://user:secret@127.0.0.1:9050");
  ASSERT_TRUE(proxy) << proxy.error();
  EXPECT_EQ(proxy->address, (Endpoint{"127.0.0.1", 9050}));
  EXPECT_EQ(proxy->password, "secret");
}

TEST(ParseProxy, ShowsNoLoginOfWhatItRefuses) {
  for (const std::string_view text :
       {"http://user:secret@127.0.0.1:9050", "user:secret://x@127.0.0.1", "user:secret@a.example",
        "socks5://user:secret@", "socks5://user:secret@127.0.0.1:99999", "http://user:secret@"}) {
    const std::string error = error_of(text);
    EXPECT_EQ(error.find("secret"), std::string::npos) << error;
  }
  EXPECT_EQ(error_of("http://user:secret@127.0.0.1:9050"),
            "'(hidden)@127.0.0.1:9050' is not a SOCKS5 proxy: only socks5:// can be used");
}

TEST(ParseProxy, TakesALogin) {
  const auto proxy = parse_proxy("socks5://user:pass:w@rd@[::1]:9150");
  ASSERT_TRUE(proxy) << proxy.error();
  EXPECT_EQ(proxy->address, (Endpoint{"::1", 9150}));
  EXPECT_EQ(proxy->user, "user");
  EXPECT_EQ(proxy->password, "pass:w@rd");
}

TEST(ParseProxy, GuessesNoPort) {
  for (const std::string_view text : {"127.0.0.1", "socks5://user:x@127.0.0.1", "127.0.0.1:0"}) {
    EXPECT_EQ(error_of(text), "the proxy '127.0.0.1' has no port: Tor's is 9050") << text;
  }
}

TEST(ParseProxy, KnowsLocalhostWithoutAskingAnybody) {
  EXPECT_EQ(parse_proxy("localhost:9050")->address, (Endpoint{"127.0.0.1", 9050}));
}

TEST(ParseProxy, RefusesAnotherScheme) {
  EXPECT_EQ(error_of("http://127.0.0.1:8080"),
            "'http://127.0.0.1:8080' is not a SOCKS5 proxy: only socks5:// can be used");
}

TEST(ParseProxy, RefusesHalfALogin) {
  for (const std::string_view text : {"user@127.0.0.1", ":word@127.0.0.1", "user:@127.0.0.1",
                                      "@127.0.0.1", "socks5://:@127.0.0.1"}) {
    EXPECT_EQ(error_of(text), "a proxy's login is USER:PASSWORD") << text;
  }
}

TEST(ParseProxy, RefusesALoginThatSocks5CannotSay) {
  const std::string longest(255, 'x');
  EXPECT_EQ(error_of(longest + ":" + longest + "@127.0.0.1:9050"), "taken");
  for (const std::string& login : {longest + "x:y", "x:y" + longest}) {
    EXPECT_EQ(error_of(login + "@127.0.0.1"),
              "a proxy's user and password have at most 255 bytes each");
  }
}

TEST(ParseProxy, RefusesAName) {
  EXPECT_EQ(error_of("proxy.example:1080"),
            "the proxy 'proxy.example' has to be given by its address");
}

TEST(ParseProxy, RefusesWhatIsNoAddress) {
  for (const std::string_view text :
       {"", "socks5://", "127.0.0.1:99999", "[::1", "a b", "::1::2"}) {
    EXPECT_NE(error_of(text), "taken") << text;
    EXPECT_NE(error_of(text), "") << text;
  }
}

// A mistyped proxy is shown to a terminal.
TEST(ParseProxy, EscapesWhatItRefuses) {
  for (const std::string_view text : {"\x1b[2Jhttp://x", "\x1b[2J", "socks5://\n"}) {
    const std::string error = error_of(text);
    EXPECT_EQ(error.find_first_of("\x1b\n"), std::string::npos) << error;
  }
}

}  // namespace
}  // namespace veilwire::net

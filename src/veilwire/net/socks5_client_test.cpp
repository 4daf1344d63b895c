// Against a proxy that is nothing but bytes (RFC 1928, RFC 1929).
#include "veilwire/net/socks5_client.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace veilwire::net {
namespace {

const Bytes kTakesNoLogin{5, 0};
const Bytes kTakesLogin{5, 2};
const Bytes kLoginTaken{1, 0};
const Bytes kConnected{5, 0, 0, 1, 127, 0, 0, 1, 0x20, 0x8d};

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) std::ranges::copy(part, std::back_inserter(out));
  return out;
}

Bytes text(std::string_view of) {
  Bytes out;
  out.push_back(static_cast<std::uint8_t>(of.size()));
  std::ranges::copy(of, std::back_inserter(out));
  return out;
}

// What it has to say now.
Bytes said(Socks5Client& client) {
  const Bytes bytes(client.bytes_to_send().begin(), client.bytes_to_send().end());
  client.mark_sent(bytes.size());
  return bytes;
}

// The request that follows where no login is asked for.
Bytes request_for(const Endpoint& target) {
  Socks5Client client(target, {}, {});
  EXPECT_EQ(said(client), (Bytes{5, 1, 0}));
  EXPECT_EQ(client.feed(kTakesNoLogin), kTakesNoLogin.size());
  return said(client);
}

// A client that has sent its request.
Socks5Client asking() {
  Socks5Client client({"example.org", 8333}, {}, {});
  EXPECT_EQ(client.feed(kTakesNoLogin), 2U);
  said(client);
  return client;
}

std::optional<Socks5Error> error_after(ByteView reply) {
  Socks5Client client = asking();
  std::ignore = client.feed(reply);
  EXPECT_FALSE(client.done());
  EXPECT_EQ(client.bytes_to_send().size(), 0U);
  return client.error();
}

// -- What it asks ---------------------------------------------------------------------------------

TEST(Socks5Client, LeavesANameToTheProxy) {
  EXPECT_EQ(request_for({"abc.onion", 8333}),
            joined({{5, 1, 0, 3}, text("abc.onion"), {0x20, 0x8d}}));
}

TEST(Socks5Client, SendsIpv4AsAnAddress) {
  EXPECT_EQ(request_for({"1.2.3.4", 1}), (Bytes{5, 1, 0, 1, 1, 2, 3, 4, 0, 1}));
}

TEST(Socks5Client, SendsIpv6AsAnAddress) {
  EXPECT_EQ(request_for({"2001:db8::7", 65535}),
            (Bytes{5, 1, 0, 4, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 255, 255}));
}

TEST(Socks5Client, SendsItsLoginWhereTheProxyAsksForIt) {
  Socks5Client client({"1.2.3.4", 1}, "user", "secret");
  EXPECT_EQ(said(client), (Bytes{5, 2, 2, 0}));
  EXPECT_EQ(client.feed(kTakesLogin), 2U);
  EXPECT_EQ(said(client), joined({{1}, text("user"), text("secret")}));
  EXPECT_EQ(client.feed(kLoginTaken), 2U);
  EXPECT_EQ(said(client), (Bytes{5, 1, 0, 1, 1, 2, 3, 4, 0, 1}));
  EXPECT_EQ(client.feed(kConnected), kConnected.size());
  EXPECT_TRUE(client.done());
}

TEST(Socks5Client, SendsALoginOfWhichOneFieldIsEmpty) {
  for (const auto& [user, password] : {std::pair{"", "circuit-A"}, std::pair{"circuit-A", ""}}) {
    Socks5Client client({"1.2.3.4", 1}, user, password);
    EXPECT_EQ(said(client), (Bytes{5, 2, 2, 0}));
    EXPECT_EQ(client.feed(kTakesLogin), 2U);
    EXPECT_EQ(said(client), joined({{1}, text(user), text(password)}));
  }
}

TEST(Socks5Client, SendsNoLoginWhereTheProxyNeedsNone) {
  Socks5Client client({"1.2.3.4", 1}, "user", "secret");
  said(client);
  EXPECT_EQ(client.feed(kTakesNoLogin), 2U);
  EXPECT_EQ(said(client), (Bytes{5, 1, 0, 1, 1, 2, 3, 4, 0, 1}));
}

TEST(Socks5Client, SaysNothingTwice) {
  Socks5Client client({"1.2.3.4", 1}, {}, {});
  client.mark_sent(1);
  EXPECT_EQ(said(client), (Bytes{1, 0}));
  EXPECT_TRUE(client.bytes_to_send().empty());
  client.mark_sent(100);
  EXPECT_TRUE(client.bytes_to_send().empty());
}

// -- What the proxy answers -----------------------------------------------------------------------

TEST(Socks5Client, IsDoneWithAReplyOfAnyAddressType) {
  const std::array replies{kConnected, joined({{5, 0, 0, 4}, Bytes(18)}),
                           joined({{5, 0, 0, 3}, text("bound.example"), {0, 1}}),
                           joined({{5, 0, 0, 3}, text(""), {0, 1}}),
                           joined({{5, 0, 0, 3}, text(std::string(255, 'x')), {0, 1}})};
  for (const Bytes& reply : replies) {
    Socks5Client client = asking();
    EXPECT_EQ(client.feed(reply), reply.size());
    EXPECT_TRUE(client.done());
    EXPECT_FALSE(client.error());
  }
}

TEST(Socks5Client, TakesAnswersByteByByte) {
  Socks5Client client({"1.2.3.4", 1}, "user", "secret");
  const Bytes all = joined({kTakesLogin, kLoginTaken, kConnected});
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_FALSE(client.done());
    EXPECT_EQ(client.feed(ByteView(all).subspan(i, 1)), 1U);
  }
  EXPECT_TRUE(client.done());
  EXPECT_FALSE(client.error());
}

TEST(Socks5Client, LeavesThePeersBytes) {
  Socks5Client client = asking();
  EXPECT_EQ(client.feed(joined({kConnected, {5, 0, 0, 1, 2, 3}})), kConnected.size());
  EXPECT_TRUE(client.done());
  EXPECT_EQ(client.feed(kConnected), 0U);
}

TEST(Socks5Client, NamesEachReplyOfTheProxy) {
  constexpr std::array kErrors{Socks5Error::kGeneralFailure,
                               Socks5Error::kNotAllowed,
                               Socks5Error::kNetworkUnreachable,
                               Socks5Error::kHostUnreachable,
                               Socks5Error::kRefused,
                               Socks5Error::kTtlExpired,
                               Socks5Error::kCommandUnsupported,
                               Socks5Error::kAddressUnsupported};
  for (unsigned code = 1; code < 256; ++code) {
    Bytes reply = kConnected;
    reply[1] = static_cast<std::uint8_t>(code);
    EXPECT_EQ(error_after(reply),
              code <= kErrors.size() ? kErrors[code - 1] : Socks5Error::kOtherReply)
        << code;
  }
}

TEST(Socks5Client, RemembersAReplyOfTheProxysOwn) {
  Socks5Client client = asking();
  std::ignore = client.feed(Bytes{5, 0xf2, 0, 1, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(client.error(), Socks5Error::kOtherReply);
  EXPECT_EQ(client.reply_code(), 0xf2);
}

TEST(Socks5Client, RefusesWhatIsNoSocks5) {
  for (const std::string_view other : {"HTTP/1.1 400 Bad Request\r\n", "\x04Z", "SSH-2.0"}) {
    Socks5Client client({"1.2.3.4", 1}, {}, {});
    std::ignore = client.feed(Bytes(other.begin(), other.end()));
    EXPECT_EQ(client.error(), Socks5Error::kNotSocks5) << other;
    EXPECT_FALSE(client.done());
  }
}

TEST(Socks5Client, RefusesAMethodThatItDidNotOffer) {
  for (const unsigned method : {1U, 2U, 3U, 0x80U, 0xffU}) {
    Socks5Client client({"1.2.3.4", 1}, {}, {});
    std::ignore = client.feed(Bytes{5, static_cast<std::uint8_t>(method)});
    EXPECT_EQ(client.error(), Socks5Error::kNoMethod) << method;
  }
}

TEST(Socks5Client, SaysThatTheLoginIsRefused) {
  Socks5Client client({"1.2.3.4", 1}, "user", "wrong");
  std::ignore = client.feed(kTakesLogin);
  std::ignore = client.feed(Bytes{1, 1});
  EXPECT_EQ(client.error(), Socks5Error::kLoginRefused);
  EXPECT_TRUE(client.bytes_to_send().empty());
}

TEST(Socks5Client, RefusesAMalformedReply) {
  EXPECT_EQ(error_after(Bytes{4, 0}), Socks5Error::kMalformedReply);
  EXPECT_EQ(error_after(Bytes{5, 0, 0, 2, 0}), Socks5Error::kMalformedReply);
  EXPECT_EQ(error_after(Bytes{5, 0, 0, 255, 0}), Socks5Error::kMalformedReply);
}

// Some proxies say no more than that, and close or fall silent.
TEST(Socks5Client, TakesARefusalByItsFirstTwoBytes) {
  EXPECT_EQ(error_after(Bytes{5, 5}), Socks5Error::kRefused);
  EXPECT_EQ(error_after(Bytes{5, 5, 0}), Socks5Error::kRefused);
  EXPECT_EQ(error_after(Bytes{5, 0xf2}), Socks5Error::kOtherReply);
}

TEST(Socks5Client, WaitsForTheRestOfACutReply) {
  for (std::size_t size = 0; size < kConnected.size(); ++size) {
    Socks5Client client = asking();
    EXPECT_EQ(client.feed(ByteView(kConnected).first(size)), size);
    EXPECT_FALSE(client.done());
    EXPECT_FALSE(client.error());
  }
}

TEST(Socks5Client, TakesNothingAfterAnError) {
  Socks5Client client({"1.2.3.4", 1}, {}, {});
  std::ignore = client.feed(Bytes{9, 9});
  EXPECT_EQ(client.feed(kTakesNoLogin), 0U);
}

TEST(Socks5Client, RefusesWhatSocks5CannotSay) {
  const std::string longest(255, 'x');
  const std::string longer(256, 'x');
  EXPECT_FALSE(Socks5Client({longest, 1}, longest, longest).error());
  EXPECT_EQ(Socks5Client({longer, 1}, {}, {}).error(), Socks5Error::kUnexpressible);
  EXPECT_EQ(Socks5Client({"", 1}, {}, {}).error(), Socks5Error::kUnexpressible);
  EXPECT_EQ(Socks5Client({"a", 1}, longer, "p").error(), Socks5Error::kUnexpressible);
  EXPECT_EQ(Socks5Client({"a", 1}, "u", longer).error(), Socks5Error::kUnexpressible);
}

TEST(Socks5Client, HasASentenceForEachError) {
  for (int error = 0; error <= static_cast<int>(Socks5Error::kUnexpressible); ++error) {
    EXPECT_FALSE(socks5_error_text(static_cast<Socks5Error>(error)).empty()) << error;
  }
}

}  // namespace
}  // namespace veilwire::net

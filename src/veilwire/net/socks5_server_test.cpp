#include "veilwire/net/socks5_server.h"

#include <gtest/gtest.h>

#include <functional>

namespace veilwire::net {
namespace {

const Bytes kPlainGreeting{5, 1, 0};
const Bytes kLoginGreeting{5, 2, 0, 2};
const Bytes kRefusedZeros{0, 1, 0, 0, 0, 0, 0, 0};  // behind version and code

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

Bytes text(std::string_view of) {
  return joined({{static_cast<std::uint8_t>(of.size())}, Bytes(of.begin(), of.end())});
}

Bytes login(std::string_view user, std::string_view password) {
  return joined({{1}, text(user), text(password)});
}

Bytes connect_to(std::string_view name) {  // port 8333
  return joined({{5, 1, 0, 3}, text(name), {0x20, 0x8d}});
}

Bytes answer_of(Socks5Server& server) {
  const Bytes out(server.bytes_to_send().begin(), server.bytes_to_send().end());
  server.mark_sent(out.size());
  return out;
}

Bytes reply_of(std::uint8_t code) { return joined({{5, code}, kRefusedZeros}); }

// All at once, byte by byte, and with the program's first bytes behind.
void in_every_way(const Bytes& input, const std::function<void(Socks5Server&)>& check) {
  Socks5Server at_once;
  EXPECT_EQ(at_once.feed(input), input.size());
  check(at_once);

  Socks5Server byte_by_byte;
  for (const std::uint8_t byte : input) EXPECT_EQ(byte_by_byte.feed({&byte, 1}), 1U);
  check(byte_by_byte);

  Socks5Server with_more;
  EXPECT_EQ(with_more.feed(joined({input, {0xf9, 0xbe, 0xb4, 0xd9}})), input.size());
  check(with_more);
}

TEST(Socks5Server, TakesARequestWithoutLogin) {
  in_every_way(joined({kPlainGreeting, connect_to("seed.example.org")}), [](Socks5Server& server) {
    ASSERT_TRUE(server.request());
    EXPECT_EQ(server.request()->target, (Endpoint{"seed.example.org", 8333}));
    EXPECT_EQ(server.request()->user, "");
    EXPECT_EQ(answer_of(server), (Bytes{5, 0}));
    server.reply(Socks5Reply::kSucceeded);
    EXPECT_TRUE(server.is_established());
    EXPECT_EQ(answer_of(server), reply_of(0));
  });
}

TEST(Socks5Server, ChoosesTheLoginWhereverItIsOfferedAndHandsItOn) {
  in_every_way(joined({kLoginGreeting, login("alice", "secret"), connect_to("a.onion")}),
               [](Socks5Server& server) {
                 ASSERT_TRUE(server.request());
                 EXPECT_EQ(server.request()->user, "alice");
                 EXPECT_EQ(server.request()->password, "secret");
                 EXPECT_EQ(answer_of(server), (Bytes{5, 2, 1, 0}));
               });
}

TEST(Socks5Server, AcceptsLoginsOfAnyBytesAndLengths) {
  const std::string long_one(255, '\xff');
  Socks5Server server;
  server.feed(joined({kLoginGreeting, login(long_one, long_one), connect_to("a.example")}));
  ASSERT_TRUE(server.request());
  EXPECT_EQ(server.request()->user, long_one);
  EXPECT_EQ(server.request()->password, long_one);

  Socks5Server empty;
  empty.feed(joined({kLoginGreeting, login("", ""), connect_to("a.example")}));
  ASSERT_TRUE(empty.request());
  EXPECT_EQ(empty.request()->user, "");
}

TEST(Socks5Server, TakesAddressesOfBothFamilies) {
  in_every_way(joined({kPlainGreeting, {5, 1, 0, 1, 203, 0, 113, 5, 0, 80}}),
               [](Socks5Server& server) {
                 ASSERT_TRUE(server.request());
                 EXPECT_EQ(server.request()->target, (Endpoint{"203.0.113.5", 80}));
               });
  Bytes v6{5, 1, 0, 4, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0};
  in_every_way(joined({kPlainGreeting, v6}), [](Socks5Server& server) {
    ASSERT_TRUE(server.request());
    EXPECT_EQ(server.request()->target, (Endpoint{"2001:db8::1", 256}));
  });
}

TEST(Socks5Server, TurnsNumericNamesIntoAddressesInOneSpelling) {
  const auto target_of = [](std::string_view name) {
    Socks5Server server;
    server.feed(joined({kPlainGreeting, connect_to(name)}));
    return server.request() ? server.request()->target.host : "refused";
  };
  EXPECT_EQ(target_of("1.2.3.4"), "1.2.3.4");
  EXPECT_EQ(target_of("2001:DB8:0::1"), "2001:db8::1");
  EXPECT_EQ(target_of("::ffff:1.2.3.4"), "1.2.3.4");
  EXPECT_EQ(target_of("fe80::1%lo"), "fe80::1%lo");
  EXPECT_EQ(target_of("[2001:DB8::1]"), "2001:db8::1");
  EXPECT_EQ(target_of("[::ffff:1.2.3.4]"), "1.2.3.4");
  EXPECT_EQ(target_of("Seed.Example."), "Seed.Example.");
}

TEST(Socks5Server, RefusesNamesThatNoHostHas) {
  for (const std::string_view name :
       {"", "a b", "a\nb", "[1.2.3.4]", "[a.example]", "[::1", "[1:2]", "[[::1]]", "[]", "1:2",
        "127.1", "1.2.3.4.", "0x7f000001", "a.0X1", "12345", ".", "b\xc3\xbc.example"}) {
    in_every_way(joined({kPlainGreeting, connect_to(name)}), [&](Socks5Server& server) {
      EXPECT_EQ(server.fault(), Socks5Fault::kBadName) << name;
      EXPECT_TRUE(server.is_refused());
      EXPECT_FALSE(server.request());
      EXPECT_EQ(answer_of(server), joined({{5, 0}, reply_of(4)}));
    });
  }
}

TEST(Socks5Server, LeavesTheProgramsBytesAlone) {
  Socks5Server server;
  const Bytes input = joined({kPlainGreeting, connect_to("a.example"), {1, 2, 3}});
  EXPECT_EQ(server.feed(input), input.size() - 3);
  EXPECT_EQ(server.feed(Bytes{1, 2, 3}), 0U);
  server.reply(Socks5Reply::kSucceeded);
  EXPECT_EQ(server.feed(Bytes{1, 2, 3}), 0U);
}

TEST(Socks5Server, RefusesWhatIsNotSocks5WithoutAnAnswer) {
  for (const std::uint8_t first : Bytes{0x04, 0x47, 0xf9, 0x00}) {
    Socks5Server server;
    EXPECT_EQ(server.feed(Bytes{first, 1, 2}), 1U);
    EXPECT_EQ(server.fault(), Socks5Fault::kNotSocks5);
    EXPECT_TRUE(server.is_refused());
    EXPECT_TRUE(server.bytes_to_send().empty());
  }
}

TEST(Socks5Server, RefusesAGreetingWithoutAMethodItKnows) {
  for (const Bytes& greeting : {Bytes{5, 0}, Bytes{5, 2, 1, 3}}) {
    in_every_way(greeting, [](Socks5Server& server) {
      EXPECT_EQ(server.fault(), Socks5Fault::kNoMethod);
      EXPECT_EQ(answer_of(server), (Bytes{5, 0xff}));
    });
  }
}

TEST(Socks5Server, RefusesAMalformedLogin) {
  in_every_way(joined({kLoginGreeting, {5}}), [](Socks5Server& server) {
    EXPECT_EQ(server.fault(), Socks5Fault::kMalformedLogin);
    EXPECT_EQ(answer_of(server), (Bytes{5, 2, 1, 1}));
  });
}

TEST(Socks5Server, RefusesOtherCommands) {
  for (const std::uint8_t command : Bytes{0, 2, 3, 0x80}) {
    in_every_way(joined({kPlainGreeting, {5, command, 0, 1, 1, 2, 3, 4, 0, 80}}),
                 [](Socks5Server& server) {
                   EXPECT_EQ(server.fault(), Socks5Fault::kCommandUnsupported);
                   EXPECT_EQ(answer_of(server), joined({{5, 0}, reply_of(7)}));
                 });
  }
}

TEST(Socks5Server, RefusesUnknownAddressTypes) {
  for (const std::uint8_t type : Bytes{0, 2, 5, 0xff}) {
    in_every_way(joined({kPlainGreeting, {5, 1, 0, type}}), [](Socks5Server& server) {
      EXPECT_EQ(server.fault(), Socks5Fault::kAddressUnsupported);
      EXPECT_EQ(answer_of(server), joined({{5, 0}, reply_of(8)}));
    });
  }
}

TEST(Socks5Server, RefusesARequestOfAnotherVersion) {
  in_every_way(joined({kPlainGreeting, {4}}), [](Socks5Server& server) {
    EXPECT_EQ(server.fault(), Socks5Fault::kMalformedRequest);
    EXPECT_EQ(answer_of(server), joined({{5, 0}, reply_of(1)}));
  });
}

TEST(Socks5Server, RepliesAsItsUserDecides) {
  for (std::uint8_t code = 1; code <= 8; ++code) {
    Socks5Server server;
    server.feed(joined({kPlainGreeting, connect_to("a.example")}));
    server.mark_sent(2);
    server.reply(static_cast<Socks5Reply>(code));
    EXPECT_TRUE(server.is_refused());
    EXPECT_FALSE(server.fault());
    EXPECT_EQ(answer_of(server), reply_of(code));
  }
}

TEST(Socks5Server, SaysWhereItsConnectionBegins) {
  const auto reply_with = [](const Endpoint& bound) {
    Socks5Server server;
    server.feed(joined({kPlainGreeting, connect_to("a.example")}));
    server.mark_sent(2);
    server.reply(Socks5Reply::kSucceeded, bound);
    return answer_of(server);
  };
  EXPECT_EQ(reply_with({"10.1.2.3", 258}), (Bytes{5, 0, 0, 1, 10, 1, 2, 3, 1, 2}));
  EXPECT_EQ(reply_with({"::1", 1}),
            (Bytes{5, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1}));
}

TEST(Socks5Server, RepliesOnceAndOnlyToARequest) {
  Socks5Server server;
  server.reply(Socks5Reply::kSucceeded);
  EXPECT_TRUE(server.bytes_to_send().empty());
  server.feed(joined({kPlainGreeting, connect_to("a.example")}));
  server.mark_sent(2);
  server.reply(Socks5Reply::kRefused);
  server.reply(Socks5Reply::kSucceeded);
  EXPECT_EQ(answer_of(server), reply_of(5));
  EXPECT_FALSE(server.is_established());
}

TEST(Socks5Server, SendsInPieces) {
  Socks5Server server;
  server.feed(kPlainGreeting);
  server.mark_sent(1);
  EXPECT_EQ(answer_of(server), (Bytes{0}));
  server.mark_sent(10);
  EXPECT_TRUE(server.bytes_to_send().empty());
}

TEST(Socks5Server, NamesEveryFault) {
  for (int fault = 0; fault <= static_cast<int>(Socks5Fault::kBadName); ++fault) {
    EXPECT_FALSE(socks5_fault_name(static_cast<Socks5Fault>(fault)).empty());
    EXPECT_FALSE(socks5_fault_text(static_cast<Socks5Fault>(fault)).empty());
  }
}

}  // namespace
}  // namespace veilwire::net

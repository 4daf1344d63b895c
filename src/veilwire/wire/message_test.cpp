#include "veilwire/wire/message.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/wire/codec.h"
#include "veilwire/wire/testing/counting_new.h"
#include "veilwire/wire/testing/patterns.h"

namespace veilwire::wire {
namespace {

using testing::unhex;

TEST(Message, NamesAreThoseOfTheProtocol) {
  const std::vector<std::string_view> expected{
      "addr",        "addrv2",      "block",      "blocktxn",    "cfcheckpt",    "cfheaders",
      "cfilter",     "cmpctblock",  "feature",    "feefilter",   "filteradd",    "filterclear",
      "filterload",  "getaddr",     "getblocks",  "getblocktxn", "getcfcheckpt", "getcfheaders",
      "getcfilters", "getdata",     "getheaders", "headers",     "inv",          "mempool",
      "merkleblock", "notfound",    "ping",       "pong",        "sendaddrv2",   "sendcmpct",
      "sendheaders", "sendtxrcncl", "tx",         "verack",      "version",      "wtxidrelay"};
  EXPECT_TRUE(std::ranges::equal(message_names(), expected));
}

TEST(Message, IsParsedByItsName) {
  const Bytes payload = unhex("0807060504030201");
  const auto ping = parse_message("ping", payload);
  ASSERT_TRUE(ping);
  EXPECT_EQ(std::get<Ping>(*ping).nonce, 0x0102030405060708u);
  const auto pong = parse_message("pong", payload);
  ASSERT_TRUE(pong);
  EXPECT_TRUE(std::holds_alternative<Pong>(*pong));
  EXPECT_EQ(parse_message("pong", ByteView(payload).first(7)).error(), Rule::kTruncated);
}

TEST(Message, OfAnUnknownNameIsNoFault) {
  for (const std::string_view name : {"", "a", "encinit", "pingg", "pin", "zzz", "Ping"}) {
    const auto message = parse_message(name, unhex("ff"));
    ASSERT_TRUE(message) << name;
    EXPECT_EQ(std::get<Unknown>(*message).name, name);
    EXPECT_EQ(name_of(*message), name);
    EXPECT_EQ(serialize_message(*message), Bytes{});
  }
}

// 400 zero bytes are a message under most names.
TEST(Message, HasTheNameItWasParsedBy) {
  const Bytes zeros(400, 0);
  std::size_t parsed = 0;
  for (const std::string_view name : message_names()) {
    const auto message = parse_message(name, zeros);
    if (!message) continue;
    EXPECT_EQ(name_of(*message), name);
    const Bytes written = serialize_message(*message);
    EXPECT_TRUE(std::ranges::equal(written, ByteView(zeros).first(written.size()))) << name;
    ++parsed;
  }
  EXPECT_GE(parsed, 34u);
}

TEST(Message, OnlyFeatureRefusesTrailingBytes) {
  EXPECT_EQ(parse_message("feature", unhex("044142434400"
                                           "00"))
                .error(),
            Rule::kTrailingBytes);
  EXPECT_TRUE(parse_message("verack", unhex("00")));
  EXPECT_TRUE(parse_message("sendcmpct", Bytes(10, 0)));
}

// A count in its longest form at each place, with nothing behind it: whatever is refused, nothing
// is reserved for what a count claims.
TEST(Message, WithHostileCountsAllocatesNothing) {
  for (const std::string_view name : message_names()) {
    for (std::size_t size = 0; size < 200; ++size) {
      const Bytes payload = testing::with_hostile_count(Bytes(size, 0));
      const auto parsing = [&] { return parse_message(name, payload).has_value(); };
      EXPECT_EQ(testing::allocations_of(parsing), 0u) << name << " " << size;
    }
  }
}

}  // namespace
}  // namespace veilwire::wire

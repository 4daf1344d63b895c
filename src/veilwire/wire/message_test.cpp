#include "veilwire/wire/message.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/wire/codec.h"
#include "veilwire/wire/testing/counting_new.h"
#include "veilwire/wire/testing/patterns.h"

namespace veilwire::wire {
namespace {

using protocol::MessageKind;
using testing::unhex;

TEST(Message, KindsAreThoseOfTheProtocol) {
  const std::vector<std::string_view> expected{
      "addr",        "addrv2",      "block",      "blocktxn",    "cfcheckpt",    "cfheaders",
      "cfilter",     "cmpctblock",  "feature",    "feefilter",   "filteradd",    "filterclear",
      "filterload",  "getaddr",     "getblocks",  "getblocktxn", "getcfcheckpt", "getcfheaders",
      "getcfilters", "getdata",     "getheaders", "headers",     "inv",          "mempool",
      "merkleblock", "notfound",    "ping",       "pong",        "sendaddrv2",   "sendcmpct",
      "sendheaders", "sendtxrcncl", "tx",         "verack",      "version",      "wtxidrelay"};
  std::vector<std::string_view> names;
  for (const MessageKind kind : message_kinds()) names.push_back(protocol::message_name(kind));
  std::ranges::sort(names);
  EXPECT_EQ(names, expected);
}

TEST(Message, IsParsedByItsKind) {
  const Bytes payload = unhex("0807060504030201");
  const auto ping = parse_message(MessageKind::kPing, payload);
  ASSERT_TRUE(ping);
  EXPECT_EQ(std::get<Ping>(*ping).nonce, 0x0102030405060708u);
  const auto pong = parse_message(MessageKind::kPong, payload);
  ASSERT_TRUE(pong);
  EXPECT_TRUE(std::holds_alternative<Pong>(*pong));
  EXPECT_EQ(parse_message(MessageKind::kPong, ByteView(payload).first(7)).error(),
            PayloadRule::kTruncated);
}

TEST(Message, OfAnUnknownKindIsNoFault) {
  for (const MessageKind kind : {MessageKind::kUnknown, MessageKind::kEncInit}) {
    const auto message = parse_message(kind, unhex("ff"));
    ASSERT_TRUE(message) << protocol::message_name(kind);
    EXPECT_EQ(std::get<Unknown>(*message).kind, kind);
    EXPECT_EQ(kind_of(*message), kind);
    EXPECT_EQ(serialize_message(*message), Bytes{});
  }
}

// 400 zero bytes are a message of most kinds.
TEST(Message, HasTheKindItWasParsedBy) {
  const Bytes zeros(400, 0);
  std::size_t parsed = 0;
  for (const MessageKind kind : message_kinds()) {
    const auto message = parse_message(kind, zeros);
    if (!message) continue;
    EXPECT_EQ(kind_of(*message), kind);
    const Bytes written = serialize_message(*message);
    EXPECT_TRUE(std::ranges::equal(written, ByteView(zeros).first(written.size())))
        << protocol::message_name(kind);
    ++parsed;
  }
  EXPECT_GE(parsed, 34u);
}

TEST(Message, OnlyFeatureRefusesTrailingBytes) {
  EXPECT_EQ(parse_message(MessageKind::kFeature, unhex("044142434400"
                                                       "00"))
                .error(),
            PayloadRule::kTrailingBytes);
  EXPECT_TRUE(parse_message(MessageKind::kVerack, unhex("00")));
  EXPECT_TRUE(parse_message(MessageKind::kSendCompact, Bytes(10, 0)));
}

// A count in its longest form at each place, with nothing behind it: whatever is refused, nothing
// is reserved for what a count claims.
TEST(Message, WithHostileCountsAllocatesNothing) {
  for (const MessageKind kind : message_kinds()) {
    for (std::size_t size = 0; size < 200; ++size) {
      const Bytes payload = testing::with_hostile_count(Bytes(size, 0));
      const auto parsing = [&] { return parse_message(kind, payload).has_value(); };
      EXPECT_EQ(testing::allocations_of(parsing), 0u)
          << protocol::message_name(kind) << " " << size;
    }
  }
}

}  // namespace
}  // namespace veilwire::wire

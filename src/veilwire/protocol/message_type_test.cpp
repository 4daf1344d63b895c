#include "veilwire/protocol/message_type.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace veilwire::protocol {
namespace {

std::array<std::uint8_t, kMessageNameBytes> padded(std::string_view name) {
  std::array<std::uint8_t, kMessageNameBytes> bytes{};
  std::ranges::copy(name, bytes.begin());
  return bytes;
}

TEST(MessageType, HasTheIdsOfTheBip) {
  // BIP 324's table, in its own order; id 0 announces a long name.
  const std::string_view names[] = {"",
                                    "addr",
                                    "block",
                                    "blocktxn",
                                    "cmpctblock",
                                    "feefilter",
                                    "filteradd",
                                    "filterclear",
                                    "filterload",
                                    "getblocks",
                                    "getblocktxn",
                                    "getdata",
                                    "getheaders",
                                    "headers",
                                    "inv",
                                    "mempool",
                                    "merkleblock",
                                    "notfound",
                                    "ping",
                                    "pong",
                                    "sendcmpct",
                                    "tx",
                                    "getcfilters",
                                    "cfilter",
                                    "getcfheaders",
                                    "cfheaders",
                                    "getcfcheckpt",
                                    "cfcheckpt",
                                    "addrv2"};
  for (std::uint8_t id = 1; id <= 28; ++id) {
    EXPECT_EQ(MessageType::from_short_id(id).name(), names[id]);
    EXPECT_EQ(MessageType::from_name(names[id])->short_id(), id);
  }
  EXPECT_EQ(MessageType::from_short_id(37).name(), "feature");
}

TEST(MessageType, EveryOtherIdIsUnknownAndItself) {
  for (unsigned id = 29; id <= 255; ++id) {
    if (id == 37) continue;
    const auto type = MessageType::from_short_id(static_cast<std::uint8_t>(id));
    EXPECT_FALSE(type.has_name()) << id;
    EXPECT_EQ(type.short_id(), id);
  }
}

TEST(MessageType, ANameWithoutAnIdTravelsByName) {
  for (const char* name : {"version", "verack", "wtxidrelay", "sendaddrv2", "x"}) {
    EXPECT_EQ(MessageType::from_name(name)->short_id(), 0) << name;
  }
}

TEST(MessageType, IsEqualHoweverItArrived) {
  EXPECT_EQ(MessageType::from_short_id(18), MessageType::from_name("ping"));
  EXPECT_EQ(MessageType::from_padded_name(padded("ping").data()), MessageType::from_name("ping"));
  EXPECT_NE(MessageType::from_short_id(200), MessageType::from_short_id(201));
}

TEST(MessageType, TakesNamesOf1To12PrintableCharacters) {
  EXPECT_TRUE(MessageType::from_name("a"));
  EXPECT_TRUE(MessageType::from_name("twelve chars"));
  EXPECT_TRUE(MessageType::from_name(" ~"));
  EXPECT_FALSE(MessageType::from_name(""));
  EXPECT_FALSE(MessageType::from_name("thirteenchars"));
  EXPECT_FALSE(MessageType::from_name("tab\t"));
  EXPECT_FALSE(MessageType::from_name("del\x7f"));
  EXPECT_FALSE(MessageType::from_name("\x80"));
}

TEST(MessageType, TakesPaddedNamesWithNothingButZerosBehind) {
  EXPECT_EQ(MessageType::from_padded_name(padded("twelve chars").data())->name(), "twelve chars");
  EXPECT_FALSE(MessageType::from_padded_name(padded("").data()));
  EXPECT_FALSE(MessageType::from_padded_name(padded({"tx\0y", 4}).data()));
  EXPECT_FALSE(MessageType::from_padded_name(padded("t\x01").data()));
}

}  // namespace
}  // namespace veilwire::protocol

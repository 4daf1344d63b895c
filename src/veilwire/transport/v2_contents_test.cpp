#include "veilwire/transport/v2_contents.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace veilwire::transport {
namespace {

Bytes head_of(std::string_view name) {
  const ContentsHead head(*protocol::MessageType::from_name(name));
  return Bytes(head.view().begin(), head.view().end());
}

TEST(ContentsHead, IsAnIdWhereThereIsOne) {
  EXPECT_EQ(head_of("ping"), Bytes{18});
  EXPECT_EQ(head_of("feature"), Bytes{37});
}

TEST(ContentsHead, IsZeroAndAPaddedNameElsewhere) {
  EXPECT_EQ(head_of("verack"), (Bytes{0, 'v', 'e', 'r', 'a', 'c', 'k', 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(head_of("twelve_chars").size(), 13U);
}

TEST(Contents, AreHeadAndPayload) {
  for (const std::string_view name : {"ping", "verack", "twelve_chars"}) {
    Bytes contents = head_of(name);
    contents.insert(contents.end(), {1, 2, 3});
    const auto message = read_contents(contents);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->type.name(), name);
    EXPECT_TRUE(std::ranges::equal(message->payload, Bytes{1, 2, 3}));
  }
}

TEST(Contents, MayHaveAnEmptyPayload) {
  EXPECT_TRUE(read_contents(Bytes{18})->payload.empty());
  EXPECT_TRUE(read_contents(head_of("verack"))->payload.empty());
}

// What lies behind the contents would make them good.
TEST(Contents, EndWhereTheyEnd) {
  const Bytes whole = head_of("verack");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read_contents(ByteView(whole).first(size))) << size;
  }
}

}  // namespace
}  // namespace veilwire::transport

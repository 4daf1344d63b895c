#include "veilwire/protocol/message_kind.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace veilwire::protocol {
namespace {

TEST(MessageKind, IsFoundByItsNameAndItsId) {
  for (const MessageKindRow& row : kMessageKinds) {
    EXPECT_EQ(message_kind_from_name(row.name), row.kind) << row.name;
    EXPECT_EQ(message_name(row.kind), row.name);
    EXPECT_EQ(short_id_of(row.kind), row.short_id) << row.name;
    const MessageKind by_id = message_kind_from_short_id(row.short_id);
    EXPECT_EQ(by_id, row.short_id == 0 ? MessageKind::kUnknown : row.kind) << row.name;
  }
}

TEST(MessageKind, IsUnknownByAnyOtherNameOrId) {
  for (const char* name : {"", "a", "pin", "pingg", "Ping", "zzz", "thirteenchars"}) {
    EXPECT_EQ(message_kind_from_name(name), MessageKind::kUnknown) << name;
  }
  for (unsigned id = 29; id <= 256; ++id) {
    if (id == 37) continue;
    const auto byte = static_cast<std::uint8_t>(id);
    EXPECT_EQ(message_kind_from_short_id(byte), MessageKind::kUnknown) << id;
  }
}

TEST(MessageKind, NamesAndIdsAreUnlike) {
  std::set<std::string_view> names;
  std::set<unsigned> ids;
  std::size_t with_id = 0;
  for (const MessageKindRow& row : kMessageKinds) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    if (row.short_id == 0) continue;
    EXPECT_TRUE(ids.insert(row.short_id).second) << row.name;
    ++with_id;
  }
  EXPECT_EQ(with_id, 29u);
}

}  // namespace
}  // namespace veilwire::protocol

#include "veilwire/proxy/report/message_labels.h"

#include <gtest/gtest.h>

#include "veilwire/wire/message.h"

namespace veilwire::proxy {
namespace {

using protocol::MessageType;

std::string_view label_of(const MessageType& type) {
  return message_labels()[message_label_index(type.kind())];
}

TEST(MessageLabels, AreTheKnownNamesAndOther) {
  EXPECT_EQ(message_labels().size(), wire::message_kinds().size() + 1);
  EXPECT_EQ(message_labels().back(), "other");
}

TEST(MessageLabels, AKnownNameIsItsOwn) {
  for (const auto kind : wire::message_kinds()) {
    EXPECT_EQ(label_of(kind), protocol::message_name(kind));
  }
}

TEST(MessageLabels, AOneByteIdIsItsName) {
  EXPECT_EQ(label_of(MessageType::from_short_id(14)), "inv");
  EXPECT_EQ(label_of(MessageType::from_short_id(21)), "tx");
}

TEST(MessageLabels, EverythingElseIsOther) {
  for (const auto* name : {"a", "~", "Tx", "tx ", "txx", "other", "zzzzzzzzzzzz", "\"} 1\\n"}) {
    EXPECT_EQ(label_of(*MessageType::from_name(name)), "other") << name;
  }
  EXPECT_EQ(label_of(MessageType::from_short_id(29)), "other");
  EXPECT_EQ(label_of(MessageType::from_short_id(255)), "other");
}

}  // namespace
}  // namespace veilwire::proxy

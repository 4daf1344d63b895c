#include "veilwire/wire/obsolete.h"

#include <gtest/gtest.h>

#include "veilwire/wire/message.h"

namespace veilwire::wire {
namespace {

using protocol::MessageKind;

TEST(Obsolete, KindsTellWhatThePeerWanted) {
  EXPECT_EQ(obsolete_intention(MessageKind::kEncInit),
            "wanted BIP 151 encryption, which nobody finished");
  for (const MessageKind kind : {MessageKind::kEncAck, MessageKind::kReject, MessageKind::kAlert,
                                 MessageKind::kSendPackages, MessageKind::kReqRecon}) {
    EXPECT_TRUE(obsolete_intention(kind)) << protocol::message_name(kind);
  }
}

TEST(Obsolete, KindsAreNoneOfOurs) {
  for (const MessageKind kind : message_kinds()) {
    EXPECT_FALSE(obsolete_intention(kind)) << protocol::message_name(kind);
  }
  EXPECT_FALSE(obsolete_intention(MessageKind::kUnknown));
}

}  // namespace
}  // namespace veilwire::wire

#include "veilwire/wire/obsolete.h"

#include <gtest/gtest.h>

#include "veilwire/wire/message.h"

namespace veilwire::wire {
namespace {

TEST(Obsolete, NamesTellWhatThePeerWanted) {
  EXPECT_EQ(obsolete_intention("encinit"), "wanted BIP 151 encryption, which nobody finished");
  for (const std::string_view name : {"encack", "reject", "alert", "sendpackages", "reqrecon"}) {
    EXPECT_TRUE(obsolete_intention(name)) << name;
  }
}

TEST(Obsolete, NamesAreNoneOfOurs) {
  for (const std::string_view name : message_names())
    EXPECT_FALSE(obsolete_intention(name)) << name;
  EXPECT_FALSE(obsolete_intention(""));
  EXPECT_FALSE(obsolete_intention("encinit2"));
}

}  // namespace
}  // namespace veilwire::wire

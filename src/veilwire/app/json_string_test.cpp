#include "veilwire/app/json_string.h"

#include <gtest/gtest.h>

namespace veilwire::app {
namespace {

TEST(JsonString, EscapesWhatJsonForbidsBare) {
  EXPECT_EQ(json_string("plain"), R"("plain")");
  EXPECT_EQ(json_string(R"(a "b" \c)"), R"("a \"b\" \\c")");
  EXPECT_EQ(json_string("line\nbreak\x01"), R"("line\u000abreak\u0001")");
}

}  // namespace
}  // namespace veilwire::app

#include "veilwire/proxy/core_dumps.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "veilwire/proxy/testing/in_a_child.h"

namespace veilwire::proxy {
namespace {

// In a child: the test itself may still want to tell how it died.
int what_is_still_possible() {
  disable_core_dumps();
  rlimit limit{1, 1};
  if (::getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0) return 1;
  return ::prctl(PR_GET_DUMPABLE) == 0 ? 0 : 2;
}

TEST(CoreDumps, AreMadeNeitherInAFileNorInAPipe) {
  EXPECT_EQ(testing::result_in_a_child(what_is_still_possible), 0);
}

}  // namespace
}  // namespace veilwire::proxy

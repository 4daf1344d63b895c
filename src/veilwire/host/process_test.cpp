#include "veilwire/host/process.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "veilwire/host/testing/in_a_child.h"

namespace veilwire::host {
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

int modes_of_new_files() {
  ::umask(0);
  keep_files_private();
  return static_cast<int>(::umask(0));
}

TEST(Process, MakesFilesForItsUserOnly) {
  EXPECT_EQ(testing::result_in_a_child(modes_of_new_files), 0077);
}

int writes_into_a_broken_pipe() {
  ignore_broken_pipes();
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  ::close(ends[0]);
  return ::write(ends[1], "x", 1) == -1 ? 0 : 2;
}

TEST(Process, OutlivesABrokenPipe) {
  EXPECT_EQ(testing::result_in_a_child(writes_into_a_broken_pipe), 0);
}

}  // namespace
}  // namespace veilwire::host

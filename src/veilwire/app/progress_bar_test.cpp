#include "veilwire/app/progress_bar.h"

#include <gtest/gtest.h>

namespace veilwire::app {
namespace {

TEST(ProgressText, ABarFillsAsTargetsAreDone) {
  EXPECT_EQ(progress_text({50, 0, 0}, 80), "[....................] 0/50 targets, 0 answered");
  EXPECT_EQ(progress_text({50, 12, 14}, 80), "[####................] 12/50 targets, 14 answered");
  EXPECT_EQ(progress_text({50, 50, 3}, 80), "[####################] 50/50 targets, 3 answered");
}

TEST(ProgressText, LeavesTheLastColumnOfEveryTerminalFree) {
  const Counts counts{100'000, 99'999, 200'000};
  for (std::size_t columns = 1; columns < 100; ++columns) {
    const std::string text = progress_text(counts, columns);
    EXPECT_LT(text.size(), columns);
    EXPECT_TRUE(text.find('[') == std::string::npos || text.find(']') != std::string::npos);
  }
}

TEST(ProgressText, ANarrowTerminalKeepsTheCounts) {
  EXPECT_EQ(progress_text({50, 12, 14}, 40), "12/50 targets, 14 answered");
  EXPECT_EQ(progress_text({50, 12, 14}, 20), "12/50 targets");
}

TEST(ProgressText, ATerminalThatDoesNotSayIsAsOthers) {
  EXPECT_EQ(progress_text({2, 1, 1}, 0), "[##########..........] 1/2 targets, 1 answered");
}

}  // namespace
}  // namespace veilwire::app

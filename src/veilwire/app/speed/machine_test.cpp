#include "veilwire/app/speed/machine.h"

#include <gtest/gtest.h>

#include <thread>

namespace veilwire::app {
namespace {

std::size_t cores_of_a_new_thread() {
  std::size_t count = 0;
  std::thread([&count] { count = Cores::allowed().count(); }).join();
  return count;
}

TEST(CoresScope, GivesAThreadThatIsStartedInItWhatTheProcessHadBefore) {
  const Cores all = Cores::allowed();
  ASSERT_GT(all.count(), 0u);
  std::thread([&all] {  // so that other tests keep their cores
    ASSERT_TRUE(stay_on_one_core());
    EXPECT_EQ(cores_of_a_new_thread(), 1u);
    const Cores one = Cores::allowed();
    EXPECT_EQ(one.without(one).count(), 0u);
    EXPECT_EQ(one.without(all).count(), 0u);
    EXPECT_EQ(all.without(one).count(), all.count() - 1);
    {
      const CoresScope scope(all);
      EXPECT_EQ(cores_of_a_new_thread(), all.count());
    }
    EXPECT_EQ(Cores::allowed().count(), 1u);
  })
      .join();
  EXPECT_EQ(Cores::allowed().count(), all.count());
}

}  // namespace
}  // namespace veilwire::app

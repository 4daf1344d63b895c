#include "veilwire/host/signals.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "veilwire/host/testing/in_a_child.h"

namespace veilwire::host {
namespace {

bool is_readable(int descriptor) {
  pollfd one{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&one, 1, 0) == 1;
}

TEST(Signals, WaitUntilTheyAreTaken) {
  const auto signals = Signals::open({SIGUSR1, SIGUSR2}).value();
  EXPECT_FALSE(is_readable(signals->descriptor()));
  EXPECT_EQ(signals->take(), std::nullopt);
  ::kill(::getpid(), SIGUSR2);
  EXPECT_TRUE(is_readable(signals->descriptor()));
  EXPECT_EQ(signals->take(), SIGUSR2);
  EXPECT_FALSE(is_readable(signals->descriptor()));
  ::kill(::getpid(), SIGUSR1);
  ::kill(::getpid(), SIGUSR2);
  EXPECT_EQ(signals->take(), SIGUSR1);
  EXPECT_EQ(signals->take(), SIGUSR2);
  EXPECT_EQ(signals->take(), std::nullopt);
}

TEST(Signals, CountOnceUntilTheyAreTaken) {
  const auto signals = Signals::open({SIGUSR1}).value();
  ::kill(::getpid(), SIGUSR1);
  ::kill(::getpid(), SIGUSR1);
  EXPECT_EQ(signals->take(), SIGUSR1);
  EXPECT_EQ(signals->take(), std::nullopt);
}

int lets_others_through() {
  std::signal(SIGUSR2, [](int) { ::_exit(7); });
  const auto signals = Signals::open({SIGUSR1});
  ::kill(::getpid(), SIGUSR2);
  return 1;
}

TEST(Signals, LeaveOthersAlone) { EXPECT_EQ(testing::result_in_a_child(lets_others_through), 7); }

int does_what_it_did_before() {
  std::signal(SIGUSR1, [](int) { ::_exit(7); });
  {
    const auto signals = Signals::open({SIGUSR1});
  }
  ::kill(::getpid(), SIGUSR1);
  return 1;
}

TEST(Signals, AreAsBeforeAfterwards) {
  EXPECT_EQ(testing::result_in_a_child(does_what_it_did_before), 7);
}

}  // namespace
}  // namespace veilwire::host

#include "veilwire/proxy/outbound/loop_guard.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

const Endpoint kOurEnd{"192.0.2.1", 40000};
const Endpoint kTarget{"198.51.100.7", 8333};
const FourTuple kOurs{kOurEnd, kTarget};

FourTuple tuple(const char* from, std::uint16_t port, const Endpoint& to) {
  return {Endpoint{from, port}, to};
}

TEST(LoopGuard, NoticesADialThatComesBackWhicheverEndIsSeenFirst) {
  LoopGuard dialled_first;
  EXPECT_TRUE(dialled_first.dialled(kOurs));
  EXPECT_FALSE(dialled_first.accepted(kOurs));

  LoopGuard accepted_first;
  EXPECT_TRUE(accepted_first.accepted(kOurs));
  EXPECT_FALSE(accepted_first.dialled(kOurs));
}

TEST(LoopGuard, SaysOfAnAcceptedOneThatItIsOursOnceThatIsKnown) {
  LoopGuard guard;
  EXPECT_TRUE(guard.accepted(kOurs));
  EXPECT_FALSE(guard.is_own(kOurs));
  EXPECT_FALSE(guard.dialled(kOurs));
  EXPECT_TRUE(guard.is_own(kOurs));
  guard.accepted_ended(kOurs);
  EXPECT_FALSE(guard.is_own(kOurs));
}

TEST(LoopGuard, ForgetsWhatHasEnded) {
  LoopGuard guard;
  EXPECT_TRUE(guard.dialled(kOurs));
  guard.dialled_ended(kOurs);
  EXPECT_TRUE(guard.accepted(kOurs));
  guard.accepted_ended(kOurs);
  EXPECT_TRUE(guard.dialled(kOurs));
}

TEST(LoopGuard, LetsStrangersPass) {
  LoopGuard guard;
  EXPECT_TRUE(guard.dialled(kOurs));
  EXPECT_TRUE(guard.accepted(tuple("192.0.2.1", 40001, kTarget)));
  EXPECT_TRUE(guard.accepted(tuple("192.0.2.2", 40000, kTarget)));
}

// The system gives one port to our connection with an upstream proxy and to a program's with us.
TEST(LoopGuard, TellsConnectionsFromOnePortApartByWhereTheyGo) {
  LoopGuard guard;
  const Endpoint upstream{"192.0.2.1", 9050};
  const Endpoint listener{"192.0.2.1", 1324};
  EXPECT_TRUE(guard.dialled(tuple("192.0.2.1", 40000, upstream)));
  EXPECT_TRUE(guard.accepted(tuple("192.0.2.1", 40000, listener)));
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/proxy/outbound/loop_guard.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

const Endpoint kTarget{"198.51.100.7", 8333};
const FourTuple kOurs{{"192.0.2.1", 40000}, kTarget};

FourTuple tuple(const char* from, std::uint16_t port, const Endpoint& to) {
  return {Endpoint{from, port}, to};
}

TEST(LoopGuard, NoticesADialThatComesBackUntilItHasEnded) {
  LoopGuard guard;
  EXPECT_FALSE(guard.comes_back(kOurs));
  guard.dialled(kOurs);
  EXPECT_FALSE(guard.has_come_back(kOurs));
  EXPECT_TRUE(guard.comes_back(kOurs));
  EXPECT_TRUE(guard.has_come_back(kOurs));
  guard.dialled_ended(kOurs);
  EXPECT_FALSE(guard.has_come_back(kOurs));
  EXPECT_FALSE(guard.comes_back(kOurs));
}

TEST(LoopGuard, LetsStrangersPass) {
  LoopGuard guard;
  guard.dialled(kOurs);
  EXPECT_FALSE(guard.comes_back(tuple("192.0.2.1", 40001, kTarget)));
  EXPECT_FALSE(guard.comes_back(tuple("192.0.2.2", 40000, kTarget)));
  EXPECT_FALSE(guard.has_come_back(kOurs));
}

// The system gives one port to our connection with an upstream proxy and to a program's with us.
TEST(LoopGuard, TellsConnectionsFromOnePortApartByWhereTheyGo) {
  LoopGuard guard;
  const Endpoint upstream{"192.0.2.1", 9050};
  const Endpoint listener{"192.0.2.1", 1324};
  guard.dialled(tuple("192.0.2.1", 40000, upstream));
  EXPECT_FALSE(guard.comes_back(tuple("192.0.2.1", 40000, listener)));
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/net/resolve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <latch>
#include <memory>

#include "veilwire/net/lookup_threads.h"
#include "veilwire/net/testing/loop.h"

namespace veilwire::net {
namespace {

using Addresses = std::expected<std::vector<Endpoint>, std::string>;

Addresses resolved(const Endpoint& target) {
  std::optional<Addresses> answer;
  testing::Loop loop;
  resolve(loop.runtime(), target, std::chrono::seconds(15), [&](Addresses addresses) {
    EXPECT_FALSE(answer) << "called twice";
    answer = std::move(addresses);
  });
  EXPECT_FALSE(answer) << "called from within";
  EXPECT_TRUE(loop.run_until([&] { return answer.has_value(); }));
  loop.run_a_while();
  return answer.value_or(std::unexpected("nothing"));
}

TEST(Resolve, ANumericHostIsItsOwnAddress) {
  for (const std::string host : {"192.0.2.1", "2001:db8::1", "::1"}) {
    EXPECT_EQ(resolved({host, 8333}), (std::vector{Endpoint{host, 8333}}));
  }
}

TEST(Resolve, KnowsLocalhost) {
  const auto addresses = resolved({"localhost", 18444});
  ASSERT_TRUE(addresses) << addresses.error();
  ASSERT_FALSE(addresses->empty());
  EXPECT_LE(addresses->size(), kMaxAddressesOfName);
  for (const Endpoint& address : *addresses) {
    EXPECT_TRUE(address.host == "127.0.0.1" || address.host == "::1") << address.host;
    EXPECT_EQ(address.port, 18444);
    EXPECT_EQ(std::ranges::count(*addresses, address), 1);
  }
}

TEST(Resolve, AsksNobodyForAHiddenService) {
  for (const std::string host : {"abc.onion", "ABC.Onion.", "xyz.b32.i2p"}) {
    const auto addresses = resolved({host, 8333});
    ASSERT_FALSE(addresses);
    EXPECT_EQ(addresses.error(), "'" + host + "' can be reached only through a proxy");
  }
}

TEST(Resolve, TakesNoShortFormOfAnIpv4Address) {
  for (const std::string host : {"1", "1.2.3", "127.1", "0x7f.1", "010.0.0.1", "1.2.3."}) {
    EXPECT_EQ(resolved({host, 8333}).error(), "'" + host + "' is neither an address nor a name");
  }
}

TEST(Resolve, SaysThatANameIsUnknown) {
  const auto addresses = resolved({"does-not-exist.invalid", 8333});
  ASSERT_FALSE(addresses);
  EXPECT_TRUE(addresses.error().starts_with("'does-not-exist.invalid' cannot be resolved: "))
      << addresses.error();
}

TEST(Resolve, GivesUpInTime) {
  int answers = 0;
  testing::Loop loop;
  resolve(loop.runtime(), {"localhost", 1}, Duration::zero(), [&](const Addresses&) { ++answers; });
  EXPECT_TRUE(loop.run_until([&] { return answers > 0; }));
  loop.run_a_while();
  EXPECT_EQ(answers, 1);
}

TEST(Resolve, LooksUpNothingThatNobodyWaitsForAnyMore) {
  std::promise<void> go_on;
  const auto signal = go_on.get_future().share();
  for (unsigned i = 0; i < kLookupThreads; ++i) {
    run_lookup([signal] { signal.wait(); });
  }
  int given_up = 0;
  testing::Loop loop;
  for (int i = 0; i < 1000; ++i) {
    resolve(loop.runtime(), {"abandoned-" + std::to_string(i) + ".invalid", 1}, Duration::zero(),
            [&](const Addresses&) { ++given_up; });
  }
  EXPECT_TRUE(loop.run_until([&] { return given_up == 1000; }));
  go_on.set_value();
  EXPECT_TRUE(resolved({"localhost", 1}));
}

TEST(Resolve, RefusesWhereTooManyNamesWait) {
  std::promise<void> go_on;
  const auto signal = go_on.get_future().share();
  const auto busy = std::make_shared<std::latch>(kLookupThreads);  // as long as a thread is at it
  for (unsigned i = 0; i < kLookupThreads; ++i) {
    EXPECT_TRUE(run_lookup([signal, busy] {
      busy->count_down();
      signal.wait();
    }));
  }
  busy->wait();
  for (std::size_t i = 0; i < kMaxWaitingLookups; ++i) EXPECT_TRUE(run_lookup([] {})) << i;
  EXPECT_FALSE(run_lookup([] { FAIL() << "called, although refused"; }));
  const auto refused = resolved({"localhost", 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), "'localhost' was not looked up: too many lookups are already waiting");
  go_on.set_value();
}

TEST(IsNumeric, TellsAddressesFromNames) {
  for (const std::string host : {"1.2.3.4", "::", "fe80::1", "::ffff:1.2.3.4"}) {
    EXPECT_TRUE(is_numeric(host)) << host;
  }
  for (const std::string host : {"", "1.2.3", "1.2.3.4.5", "localhost", "[::1]", "1.2.3.4:80"}) {
    EXPECT_FALSE(is_numeric(host)) << host;
  }
}

}  // namespace
}  // namespace veilwire::net

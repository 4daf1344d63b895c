// What tests of outbound connections share: programs that ask for a target, and targets of all sorts.
#pragma once

#include <gtest/gtest.h>

#include "veilwire/net/testing/full_server.h"
#include "veilwire/net/testing/raw_server.h"
#include "veilwire/proxy/testing/proxy_test.h"

namespace veilwire::proxy::testing {

using net::testing::FullServer;
using net::testing::RawServer;
using net::testing::read_bytes;
using net::testing::Script;
using net::testing::Task;
using net::testing::wait_for_end;
using net::testing::write_bytes;

class OutboundFixture : public ProxyTest {
 protected:
  void set_policy(Policy policy) { config().policies.set_default(policy); }
  void end_program() {
    program_.connection->close();
    ASSERT_TRUE(run_until_ended(observer_.stories.size()));
    program_ = {};
  }
};

}  // namespace veilwire::proxy::testing

// Our own responder, the one that embedding programs get, with the least of a node above it; on a
// thread of its own, since the suite blocks.
#pragma once

#include <chrono>
#include <stop_token>
#include <thread>

#include "veilwire/net/testing/node.h"

namespace veilwire::probe::conformance::testing {

class OwnResponder {
 public:
  OwnResponder() {
    node_.answer(net::testing::converse);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      loop_.run_until([&] { return stop.stop_requested(); }, std::chrono::hours(1));
    });
  }

  Endpoint endpoint() const { return node_.address(); }

 private:
  net::testing::Loop loop_;
  net::testing::Node node_{loop_, net::testing::Node::Speaks::kV1AndV2, protocol::kRegtestMagic};
  std::jthread thread_;
};

}  // namespace veilwire::probe::conformance::testing

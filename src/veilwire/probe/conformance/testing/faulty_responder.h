// A responder on a loopback port that breaks one rule on purpose.
#pragma once

#include "veilwire/probe/conformance/testing/faulty_peer.h"
#include "veilwire/probe/conformance/testing/loopback_server.h"

namespace veilwire::probe::conformance::testing {

class FaultyResponder {
 public:
  explicit FaultyResponder(Defect fault, milliseconds handshake_timeout = std::chrono::minutes(1))
      : shared_(fault, handshake_timeout),
        server_([this](int fd, int number) { serve(fd, number); }, shared_.stopping) {}

  Endpoint endpoint() const { return server_.endpoint(); }

 private:
  void serve(int fd, int number) {
    if (shared_.fault == Defect::kForgetsAfterReset) wait_for_earlier(number);
    if (!shared_.refuse_next.exchange(false)) FaultyPeer(fd, shared_, number).serve();
  }

  // Until the ends of all earlier connections have been noticed.
  void wait_for_earlier(int number) const {
    while (server_.over() < number - 1 && !shared_.stopping) poll(nullptr, 0, 1);
  }

  Shared shared_;
  LoopbackServer server_;
};

}  // namespace veilwire::probe::conformance::testing

// Two transports joined by a wire that cuts as it likes, under a virtual clock.
#pragma once

#include <memory>
#include <optional>

#include "veilwire/transport/testing/end.h"
#include "veilwire/transport/testing/sources.h"

namespace veilwire::transport::testing {

class CoupledEnds {
 public:
  CoupledEnds(std::unique_ptr<Transport> initiator, std::unique_ptr<Transport> responder, Cut cut)
      : initiator_(std::move(initiator), cut), responder_(std::move(responder), cut) {}

  End& initiator() { return initiator_; }
  End& responder() { return responder_; }
  TimePoint now() const { return now_; }

  // Carries bytes both ways until nothing moves any more.
  void run() {
    for (;;) {
      const Bytes onward = initiator_.take_sent();
      responder_.receive(now_, onward);
      const Bytes back = responder_.take_sent();
      initiator_.receive(now_, back);
      if (onward.empty() && back.empty()) return;
    }
  }

  void pass(Duration time) {
    now_ += time;
    initiator_.pass_time(now_);
    responder_.pass_time(now_);
  }

 private:
  TimePoint now_{};
  End initiator_;
  End responder_;
};

// Two version 2 transports with keys, garbage and all from one seed.
class CoupledV2Ends {
 public:
  explicit CoupledV2Ends(Cut cut, V2Config initiator = {}, V2Config responder = {},
                         std::uint64_t seed = 1)
      : entropy_(seed),
        keys_(entropy_),
        conversation_(std::make_unique<V2Transport>(Role::kInitiator, std::move(initiator), keys_,
                                                    entropy_, TimePoint{}),
                      std::make_unique<V2Transport>(Role::kResponder, std::move(responder), keys_,
                                                    entropy_, TimePoint{}),
                      cut) {}

  CoupledEnds* operator->() { return &conversation_; }

 private:
  crypto::SeededEntropy entropy_;
  CountingKeys keys_;
  CoupledEnds conversation_;
};

}  // namespace veilwire::transport::testing

// Two transports joined by a wire that cuts as it likes, under a virtual clock.
#pragma once

#include <memory>

#include "veilwire/base/testing/link.h"
#include "veilwire/transport/testing/end.h"
#include "veilwire/transport/testing/sources.h"

namespace veilwire::transport::testing {

class CoupledEnds {
 public:
  CoupledEnds(std::unique_ptr<Transport> initiator, std::unique_ptr<Transport> responder, Cut cut)
      : initiator_(std::move(initiator), cut), responder_(std::move(responder), cut) {}

  End& initiator() { return initiator_; }
  End& responder() { return responder_; }
  TimePoint now() const { return link_.now(); }

  // Carries bytes both ways until nothing moves any more.
  void run() { link_.settle(); }
  void pass(Duration time) { link_.pass(time); }

 private:
  End initiator_;
  End responder_;
  veilwire::testing::Link<End> link_{initiator_, responder_};
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

// Where the transports of a process are made: whoever dials or accepts asks here, and does not know
// what kind it gets. So what shapes traffic can be wrapped around each of them in one place.
#pragma once

#include <memory>

#include "veilwire/transport/key_source.h"
#include "veilwire/transport/responder.h"
#include "veilwire/transport/transport.h"
#include "veilwire/transport/v1_transport.h"

namespace veilwire::transport {

class TransportFactory {
 public:
  virtual ~TransportFactory();
  // For a connection that we have dialled. REQUIRES: `version` is kV1 or kV2.
  [[nodiscard]] virtual std::unique_ptr<Transport> make_initiator(Version version,
                                                                  TimePoint now) = 0;
  // For one that we have accepted.
  [[nodiscard]] virtual std::unique_ptr<Transport> make_responder(TimePoint now) = 0;
};

// The transports as they are. Has no state that changes: with keys and entropy for several threads
// it is for several threads too.
class PlainTransports final : public TransportFactory {
 public:
  // `keys` and `entropy` must outlive it, and what it has made until that is established. The magic
  // of `config` serves version 1 too, whatever `v1` has.
  PlainTransports(V2Config config, KeySource& keys, Entropy& entropy,
                  V1Policy accepting = V1Policy::kAccept, const V1Config& v1 = {});

  std::unique_ptr<Transport> make_initiator(Version version, TimePoint now) override;
  std::unique_ptr<Transport> make_responder(TimePoint now) override;

 private:
  const V2Config config_;
  KeySource& keys_;
  Entropy& entropy_;
  const V1Policy accepting_;
  const V1Config v1_;
};

}  // namespace veilwire::transport

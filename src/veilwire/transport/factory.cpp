#include "veilwire/transport/factory.h"

#include <utility>

namespace veilwire::transport {

TransportFactory::~TransportFactory() = default;

PlainTransports::PlainTransports(V2Config config, KeySource& keys, Entropy& entropy,
                                 V1Policy accepting, const V1Config& v1)
    : config_(std::move(config)), keys_(keys), entropy_(entropy), accepting_(accepting), v1_(v1) {}

std::unique_ptr<Transport> PlainTransports::make_initiator(Version version, TimePoint now) {
  if (version == Version::kV1) {
    V1Config v1 = v1_;
    v1.magic = config_.magic;
    return std::make_unique<V1Transport>(Role::kInitiator, v1, now);
  }
  return std::make_unique<V2Transport>(Role::kInitiator, config_, keys_, entropy_, now);
}

std::unique_ptr<Transport> PlainTransports::make_responder(TimePoint now) {
  return std::make_unique<Responder>(config_, keys_, entropy_, now, accepting_, v1_);
}

}  // namespace veilwire::transport

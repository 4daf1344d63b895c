#include "veilwire/transport/factory.h"

#include <utility>

namespace veilwire::transport {

TransportFactory::~TransportFactory() = default;

PlainTransports::PlainTransports(V2Config config, KeySource& keys, Entropy& entropy,
                                 V1Policy accepting)
    : config_(std::move(config)), keys_(keys), entropy_(entropy), accepting_(accepting) {}

std::unique_ptr<Transport> PlainTransports::make_initiator(Version version, TimePoint now) {
  if (version == Version::kV1) {
    return std::make_unique<V1Transport>(Role::kInitiator, V1Config{config_.magic}, now);
  }
  return std::make_unique<V2Transport>(Role::kInitiator, config_, keys_, entropy_, now);
}

std::unique_ptr<Transport> PlainTransports::make_responder(TimePoint now) {
  return std::make_unique<Responder>(config_, keys_, entropy_, now, accepting_);
}

}  // namespace veilwire::transport

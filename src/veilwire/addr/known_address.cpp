#include "veilwire/addr/known_address.h"

namespace veilwire::addr {

std::optional<HeardAddress> HeardAddress::of(const wire::AddressEntry& entry) {
  const wire::NetAddress* const address = entry.known();
  if (address == nullptr) return std::nullopt;
  return HeardAddress{{*address, entry.port}, entry.services, entry.time};
}

wire::AddressEntry to_entry(const HeardAddress& address) {
  return {.time = address.time,
          .services = address.services,
          .address = address.endpoint.address,
          .port = address.endpoint.port};
}

}  // namespace veilwire::addr

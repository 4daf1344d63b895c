#include "veilwire/proxy/outbound/own_addresses.h"

#include <algorithm>

#include "veilwire/base/ip_address.h"

namespace veilwire::proxy {
namespace {

IpAddress address_of(const Endpoint& listener) {
  return IpAddress::parse(listener.host).value_or(IpAddress());
}

}  // namespace

bool OwnAddresses::is_reached_by(const Endpoint& target) const {
  const auto address = IpAddress::parse(target.host);
  const bool is_anywhere = address && address->is_unspecified();
  const bool is_here =
      target.host == "localhost" || is_anywhere || (address && address->is_loopback());
  return std::ranges::any_of(all_, [&](const Endpoint& own) {
    const IpAddress listener = address_of(own);
    return own.port == target.port &&
           (canonical(own) == canonical(target) || (is_here && listener.is_unspecified()) ||
            (is_anywhere && listener.is_loopback()));
  });
}

bool OwnAddresses::is_end_of(const FourTuple& dialled) const {
  return canonical_host(dialled.from.host) == canonical_host(dialled.to.host) &&
         std::ranges::any_of(all_, [&](const Endpoint& own) {
           return own.port == dialled.to.port &&
                  (address_of(own).is_unspecified() || canonical(own) == canonical(dialled.to));
         });
}

}  // namespace veilwire::proxy

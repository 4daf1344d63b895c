#include "veilwire/protocol/services.h"

#include <string_view>

namespace veilwire::protocol {
namespace {

std::string_view known_name(Services bit) {
  switch (bit) {
    case kNodeNetwork:
      return "NETWORK";
    case kNodeBloom:
      return "BLOOM";
    case kNodeWitness:
      return "WITNESS";
    case kNodeCompactFilters:
      return "COMPACT_FILTERS";
    case kNodeNetworkLimited:
      return "NETWORK_LIMITED";
    case kNodeP2pV2:
      return "P2P_V2";
    default:
      return {};
  }
}

std::string name_of_bit(int n) {
  const std::string_view known = known_name(Services{1} << n);
  return known.empty() ? "UNKNOWN[2^" + std::to_string(n) + "]" : std::string(known);
}

}  // namespace

std::vector<std::string> service_names(Services services) {
  std::vector<std::string> names;
  for (int n = 0; n < 64; ++n) {
    if ((services >> n & 1) != 0) names.push_back(name_of_bit(n));
  }
  return names;
}

}  // namespace veilwire::protocol

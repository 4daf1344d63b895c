#include "veilwire/probe/report.h"

#include "veilwire/base/escape.h"

namespace veilwire::probe {

bool answered(const Report& report) { return !report.failure; }

P2pV2 judge_p2p_v2(protocol::Services services, transport::Version spoken,
                   transport::VersionReason reason) {
  const bool advertised = (services & protocol::kNodeP2pV2) != 0;
  if (spoken == transport::Version::kV2) {
    return advertised ? P2pV2::kAdvertisedAndTrue : P2pV2::kSpokenNotAdvertised;
  }
  if (reason == transport::VersionReason::kV1ByPolicy) return P2pV2::kUnknown;
  return advertised ? P2pV2::kAdvertisedNotSpoken : P2pV2::kNeither;
}

std::string shown_address(const Report& report) {
  return escape_foreign(report.address ? to_string(*report.address) : report.target);
}

std::string_view shown_version(const Report& report) {
  if (!report.version) return {};
  return *report.version == transport::Version::kV2 ? "v2" : "v1";
}

}  // namespace veilwire::probe

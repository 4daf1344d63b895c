#include "veilwire/proxy/admission_text.h"

namespace veilwire::proxy {

std::string_view admission_text(limits::Admittance admittance, const IpAddress& peer) {
  const bool loopback = peer.is_loopback();
  switch (admittance) {
    case limits::Admittance::kConnections:
      return "too many inbound connections (limits.inbound_connections)";
    case limits::Admittance::kRate:
      return "too many new connections per second (limits.per_second)";
    case limits::Admittance::kSourceConnections:
      return "too many connections from one source (limits.source_connections)";
    case limits::Admittance::kSourcePending:
      return loopback ? "too many handshakes in progress with loopback (limits.loopback_pending)"
                      : "too many handshakes in progress with one source (limits.source_pending)";
    case limits::Admittance::kSourceRate:
      return loopback
                 ? "too many new connections per second from loopback (limits.loopback_per_second)"
                 : "too many new connections per second from one source (limits.source_per_second)";
    case limits::Admittance::kAdmitted:
      break;
  }
  return "";
}

}  // namespace veilwire::proxy

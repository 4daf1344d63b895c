#include "veilwire/proxy/inbound/admission_text.h"

namespace veilwire::proxy {

std::string_view admission_text(limits::Admittance admittance) {
  switch (admittance) {
    case limits::Admittance::kAdmitted:
      break;
    case limits::Admittance::kConnections:
      return "too many inbound connections (limits.inbound_connections)";
    case limits::Admittance::kRate:
      return "too many new connections per second (limits.per_second)";
    case limits::Admittance::kSourceConnections:
      return "too many connections from one source (limits.source_connections)";
    case limits::Admittance::kSourcePending:
      return "too many handshakes in progress with one source (limits.source_pending)";
    case limits::Admittance::kSourceRate:
      return "too many new connections per second from one source (limits.source_per_second)";
    case limits::Admittance::kLoopbackPending:
      return "too many handshakes in progress with loopback (limits.loopback_pending)";
    case limits::Admittance::kLoopbackRate:
      return "too many new connections per second from loopback (limits.loopback_per_second)";
  }
  return "";
}

}  // namespace veilwire::proxy

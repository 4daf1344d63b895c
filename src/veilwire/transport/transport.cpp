#include "veilwire/transport/transport.h"

namespace veilwire::transport {

Transport::~Transport() = default;

bool Transport::has_stopped() const { return fault().has_value(); }

std::size_t Transport::unsent_bytes() const { return info().unsent_bytes; }

}  // namespace veilwire::transport

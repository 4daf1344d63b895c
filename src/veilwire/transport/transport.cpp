#include "veilwire/transport/transport.h"

namespace veilwire::transport {

Transport::~Transport() = default;

}  // namespace veilwire::transport

// How a connection ended, in words.
#pragma once

#include <string>

#include "veilwire/proxy/carriage/carriage_end.h"

namespace veilwire::proxy {

// A sentence without its full stop: "the peer closed the connection".
std::string end_text(const net::End& end, Side side = Side::kPeer);
std::string end_text(const CarriageEnd& end);

}  // namespace veilwire::proxy

// Numeric addresses, and the same as Asio has them.
#pragma once

#include <optional>
#include <string>

#include "veilwire/base/bytes.h"

namespace veilwire::net {

// The 4 or 16 bytes of an IPv4 or IPv6 address, in network order; nothing where `host` is a name.
// An IPv6 zone is left out.
std::optional<Bytes> numeric_address(const std::string& host);

}  // namespace veilwire::net

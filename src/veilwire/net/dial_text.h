// Sentences for what went wrong while dialling.
#pragma once

#include <string>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/net/dial.h"

namespace veilwire::net {

// What the other end seems to be, from the first bytes it sent: "a web server". Empty where they
// look like nothing known.
std::string_view guess_of(ByteView first_bytes);

// For DialFailure::text, from its other fields: a sentence without its full stop. `detail` is what
// the system or the proxy adds, or empty.
std::string failure_text(const DialFailure& failure, std::string_view detail);

// For a proxy that no connection could be made to, by `error`, which the system words as `detail`:
// "the proxy 127.0.0.1:9050 cannot be reached: it refused the connection". The address is escaped.
std::string proxy_unreached_text(const Endpoint& proxy, DialError error, std::string_view detail);

}  // namespace veilwire::net

// How long one who takes nothing is waited for, whether messages are relayed or bytes tunnelled.
#pragma once

#include <chrono>

#include "veilwire/base/time.h"

namespace veilwire::proxy {

// A side that takes nothing of what waits for it for this long is gone: what peers allow each other
// without a sign of life. The other side is not read meanwhile, so that its end goes unseen; bounds
// how long such a connection stays.
inline constexpr Duration kStallTimeout = std::chrono::minutes(20);

}  // namespace veilwire::proxy

// Names to addresses, by the system's resolver.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "veilwire/base/endpoint.h"
#include "veilwire/net/runtime.h"

namespace veilwire::net {

// Addresses of one name that are looked at, at most: bounds what one name can make us dial.
inline constexpr std::size_t kMaxAddressesOfName = 32;

// True for an IPv4 or IPv6 address.
bool is_numeric(const std::string& host);

// The addresses of `target` with its port, in the resolver's order, without doubles; a numeric host
// is its own only address. The error is a sentence without its full stop. `done` is called from the
// loop, never from within. A hidden service is refused without asking anybody, and so is a
// short form of an IPv4 address such as "127.1".
void resolve(Runtime& runtime, const Endpoint& target, Duration timeout,
             std::function<void(std::expected<std::vector<Endpoint>, std::string>)> done);

}  // namespace veilwire::net

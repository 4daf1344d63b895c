// How many sockets this process may have open.
#pragma once

#include <cstdint>

namespace veilwire::host {

// The soft limit. All that a number can say, where there is none or the system does not tell.
std::uint64_t descriptor_limit();

// Raises the soft limit to the hard one: the usual 1024 would soon be reached by many connections
// at once. Where the system refuses, all stays as it was.
void allow_many_descriptors();

}  // namespace veilwire::host

// How many sockets this process may have open.
#pragma once

namespace veilwire::net {

// Raises the soft limit to the hard one: the usual 1024 would soon be reached by many connections
// at once. Where the system refuses, all stays as it was.
void allow_many_descriptors();

}  // namespace veilwire::net

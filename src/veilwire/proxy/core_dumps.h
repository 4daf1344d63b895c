// A core would hold the keys of every connection.
#pragma once

namespace veilwire::proxy {

// This process leaves none from now on, neither in a file nor in a pipe to a program that collects
// them, which is not bound by the limit on the size of files. And no other process of the same user
// can look into its memory, nor at its descriptors in /proc.
void disable_core_dumps();

}  // namespace veilwire::proxy

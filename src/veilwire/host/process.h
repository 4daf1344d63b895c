// What a process that runs for long, and has secrets, says to the system once, at its start.
#pragma once

namespace veilwire::host {

// Files are made for their user only, whatever the shell's umask is.
void keep_files_private();

// Writing to a peer that has gone is an error of that write, not the end of the process.
void ignore_broken_pipes();

// No core: it would hold the keys of every connection. Neither in a file nor in a pipe to a program
// that collects them, which is not bound by the limit on the size of files. And no other process of
// the same user can look into our memory, nor at our descriptors in /proc.
void disable_core_dumps();

}  // namespace veilwire::host

// Threads for the system's resolver, which blocks: a name whose servers are silent takes it half a
// minute. Private to the folder.
#pragma once

#include <functional>

namespace veilwire::net {

// Lookups at once. A run over a file of names then waits for slow ones side by side; bounds the
// threads.
inline constexpr unsigned kLookupThreads = 16;

// Calls `work` on a thread of its own as soon as fewer than kLookupThreads are busy. Nobody waits
// for these threads, not even the end of the process: `work` must not touch what may be gone by
// then.
void run_lookup(std::function<void()> work);

}  // namespace veilwire::net

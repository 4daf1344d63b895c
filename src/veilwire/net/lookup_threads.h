// Threads for the system's resolver, which blocks: a name whose servers are
// silent takes it half a minute. Private to the folder.
#pragma once

#include <cstddef>
#include <functional>

namespace veilwire::net {

// Lookups at once. A run over a file of names then waits for slow ones side by
// side; bounds the threads.
inline constexpr unsigned kLookupThreads = 16;

// Lookups that wait for a thread. Whoever asks has given up long before its
// turn would come; bounds the memory.
inline constexpr std::size_t kMaxWaitingLookups = 4096;

// Calls `work` on a thread of its own as soon as fewer than kLookupThreads are
// busy. Nobody waits for these threads, not even the end of the process: `work`
// must not touch what may be gone by then. False where too many wait, or the
// system gives no thread: then `work` is not called.
bool run_lookup(std::function<void()> work);

}  // namespace veilwire::net

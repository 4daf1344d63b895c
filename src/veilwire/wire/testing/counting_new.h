// Counts what the test program allocates with operator new.
#pragma once

#include <cstddef>
#include <cstdint>

namespace veilwire::wire::testing {

// By this thread, since it began.
std::size_t allocation_count();
// What this thread has allocated and not freed, as the allocator rounds it up.
std::size_t live_bytes();

// By `work`, with its result alive.
template <typename Work>
std::size_t allocations_of(Work work) {
  const std::size_t before = allocation_count();
  [[maybe_unused]] const auto result = work();
  return allocation_count() - before;
}

}  // namespace veilwire::wire::testing

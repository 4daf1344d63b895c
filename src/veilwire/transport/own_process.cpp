#include "veilwire/transport/own_process.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <new>

namespace veilwire::transport {
namespace {

using Number = std::atomic<std::uint64_t>;

std::atomic<std::uint64_t> fork_count = 0;
std::atomic<std::uint64_t> last_number = 0;  // a child goes on from its parent's
Number unwiped_number = 0;

// Where the process's number stands; zero in a process that has none yet. A page of its own, or
// ordinary memory where the system gives none.
Number& place_for_number() {
  const auto page_bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* page =
      mmap(nullptr, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return unwiped_number;
  madvise(page, page_bytes, MADV_WIPEONFORK);
  return *new (page) Number(0);
}

Number& number();

void on_either_side() { fork_count.fetch_add(1, std::memory_order_relaxed); }

void in_the_child() {
  on_either_side();
  number().store(0, std::memory_order_relaxed);
}

Number& number() {
  static Number& place = place_for_number();
  static const int registered = pthread_atfork(nullptr, on_either_side, in_the_child);
  static_cast<void>(registered);
  return place;
}

}  // namespace

std::uint64_t process_number() {
  Number& place = number();
  if (const auto known = place.load(std::memory_order_relaxed); known != 0) return known;
  const auto fresh = last_number.fetch_add(1, std::memory_order_relaxed) + 1;
  std::uint64_t found = 0;
  // Of two threads that come here at once, both take what the first has written.
  return place.compare_exchange_strong(found, fresh, std::memory_order_relaxed) ? fresh : found;
}

std::uint64_t forks_counted() {
  number();  // from here on they are counted
  return fork_count.load(std::memory_order_relaxed);
}

}  // namespace veilwire::transport

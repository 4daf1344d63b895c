// The operator new that counts, for the whole test program, and a test that it does.
#include "veilwire/wire/testing/counting_new.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <new>

#include "veilwire/base/bytes.h"

namespace {

thread_local std::size_t allocations = 0;
thread_local std::size_t live = 0;

void free_counted(void* memory) {
  live -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

// None of them inlined: GCC would take malloc() and free() for mistakes there.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  live += malloc_usable_size(memory);
  return memory;
}
// A sanitizer's own operator new[] would not call the one above.
[[gnu::noinline]] void* operator new[](std::size_t size) { return ::operator new(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { free_counted(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { free_counted(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { free_counted(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept {
  free_counted(memory);
}

namespace veilwire::wire::testing {

std::size_t allocation_count() { return allocations; }
std::size_t live_bytes() { return live; }

namespace {

TEST(CountingNew, Counts) {
  EXPECT_EQ(allocations_of([] { return Bytes(1000); }), 1u);
  // Through volatile, since a compiler may leave out an array that nobody sees.
  const auto make_array = [] {
    int* volatile array = new int[1000];
    delete[] array;
    return 0;
  };
  EXPECT_EQ(allocations_of(make_array), 1u);
  EXPECT_EQ(allocations_of([] { return 1000; }), 0u);
}

TEST(CountingNew, KnowsWhatIsLive) {
  const std::size_t before = live_bytes();
  Bytes bytes(100'000);
  EXPECT_GE(live_bytes(), before + 100'000);
  EXPECT_LE(live_bytes(), before + 110'000);
  bytes = Bytes();
  EXPECT_EQ(live_bytes(), before);
}

}  // namespace
}  // namespace veilwire::wire::testing

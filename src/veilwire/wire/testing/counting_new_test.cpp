// The operator new that counts, for the whole test program, and a test that it does.
#include "veilwire/wire/testing/counting_new.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "veilwire/base/bytes.h"

namespace {

thread_local std::size_t allocations = 0;

}  // namespace

// None of them inlined: GCC would take malloc() and free() for mistakes there.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
// A sanitizer's own operator new[] would not call the one above.
[[gnu::noinline]] void* operator new[](std::size_t size) { return ::operator new(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace veilwire::wire::testing {

std::size_t allocation_count() { return allocations; }

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

}  // namespace
}  // namespace veilwire::wire::testing

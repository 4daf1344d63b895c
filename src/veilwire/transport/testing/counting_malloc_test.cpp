// The malloc that counts, for the whole test program, and a test that it does.
#include "veilwire/transport/testing/counting_malloc.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(thread_sanitizer)
#define VEILWIRE_SANITIZER_OWNS_MALLOC 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define VEILWIRE_SANITIZER_OWNS_MALLOC 1
#endif

namespace {

thread_local int counting_depth = 0;
std::ptrdiff_t counted = 0;
std::size_t largest_allowed = SIZE_MAX;

#if !defined(VEILWIRE_SANITIZER_OWNS_MALLOC)

bool is_refused(std::size_t size) { return counting_depth > 0 && size > largest_allowed; }

void* count_new(void* memory) {
  if (counting_depth > 0 && memory != nullptr) {
    counted += static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
  }
  return memory;
}

void count_old(void* memory) {
  if (counting_depth > 0 && memory != nullptr) {
    counted -= static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
  }
}

#endif

}  // namespace

#if !defined(VEILWIRE_SANITIZER_OWNS_MALLOC)

extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);

void* malloc(std::size_t size) {
  return is_refused(size) ? nullptr : count_new(__libc_malloc(size));
}

void* calloc(std::size_t count, std::size_t size) { return count_new(__libc_calloc(count, size)); }

void* realloc(void* memory, std::size_t size) {
  if (is_refused(size)) return nullptr;
  count_old(memory);
  return count_new(__libc_realloc(memory, size));
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return is_refused(size) ? nullptr : count_new(__libc_memalign(alignment, size));
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = aligned_alloc(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

void free(void* memory) {
  count_old(memory);
  __libc_free(memory);
}

}  // extern "C"

#endif

namespace veilwire::transport::testing {

bool counting_malloc_works() {
#if defined(VEILWIRE_SANITIZER_OWNS_MALLOC)
  return false;
#else
  return true;
#endif
}

std::ptrdiff_t counted_bytes() { return counted; }

void restart_counting() {
  counted = 0;
  largest_allowed = SIZE_MAX;
}

void fail_allocations_over(std::size_t bytes) { largest_allowed = bytes; }

Counting::Counting() { ++counting_depth; }
Counting::~Counting() { --counting_depth; }

}  // namespace veilwire::transport::testing

namespace veilwire::transport::testing {
namespace {

TEST(CountingMalloc, CountsOnlyWhileACountingIsAlive) {
  if (!counting_malloc_works()) GTEST_SKIP() << "something else owns malloc here.";
  restart_counting();
  auto before = std::make_unique<std::uint8_t[]>(1000);
  EXPECT_EQ(counted_bytes(), 0);
  {
    const Counting counting;
    auto inside = std::make_unique<std::uint8_t[]>(1000);
    EXPECT_GE(counted_bytes(), 1000);
    EXPECT_LE(counted_bytes(), 1100);
  }
  EXPECT_EQ(counted_bytes(), 0);
}

TEST(CountingMalloc, RefusesWhatIsTooLarge) {
  if (!counting_malloc_works()) GTEST_SKIP() << "something else owns malloc here.";
  restart_counting();
  fail_allocations_over(1000);
  const Counting counting;
  EXPECT_NO_THROW(Bytes(1000));
  EXPECT_THROW(Bytes(1001), std::bad_alloc);
  restart_counting();
}

}  // namespace
}  // namespace veilwire::transport::testing

// Tells a checker of constant-time code what is secret. In an ordinary build these are nothing.
//
// Under MemorySanitizer, and in builds with VEILWIRE_CT_VALGRIND under valgrind, a secret is marked
// as undefined memory: a branch or an index that depends on it then ends the run. What becomes
// public by the protocol itself (a length, a verdict, a verified plaintext, ciphertext) is
// declassified exactly where it does.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#define VEILWIRE_CT_MSAN 1
#endif
#endif

#if defined(VEILWIRE_CT_MSAN)
#include <sanitizer/msan_interface.h>
#elif defined(VEILWIRE_CT_VALGRIND)
#include <valgrind/memcheck.h>
#endif

namespace veilwire {

inline void mark_secret([[maybe_unused]] const void* memory, [[maybe_unused]] std::size_t size) {
#if defined(VEILWIRE_CT_MSAN)
  __msan_poison(memory, size);
#elif defined(VEILWIRE_CT_VALGRIND)
  (void)VALGRIND_MAKE_MEM_UNDEFINED(memory, size);
#endif
}

inline void declassify([[maybe_unused]] const void* memory, [[maybe_unused]] std::size_t size) {
#if defined(VEILWIRE_CT_MSAN)
  __msan_unpoison(memory, size);
#elif defined(VEILWIRE_CT_VALGRIND)
  (void)VALGRIND_MAKE_MEM_DEFINED(memory, size);
#endif
}

}  // namespace veilwire

// What the constant-time programs share: marks for secrets and for what is public, and the proof
// that a checker is at work at all. Each program is one source file.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "veilwire/base/bytes.h"
#include "veilwire/base/secret_marks.h"

#if defined(VEILWIRE_CT_MSAN)
// MemorySanitizer's own exit code is 77, which says "skipped" to CTest.
extern "C" const char* __msan_default_options() { return "exitcode=86"; }
#endif

namespace veilwire::ct {

inline void secret(ByteView bytes) { mark_secret(bytes.data(), bytes.size()); }
inline void make_public(ByteView bytes) { declassify(bytes.data(), bytes.size()); }

enum class Checker { kNone, kMsan, kValgrind };

inline Checker checker() {
#if defined(VEILWIRE_CT_MSAN)
  return Checker::kMsan;
#elif defined(VEILWIRE_CT_VALGRIND)
  return RUNNING_ON_VALGRIND != 0 ? Checker::kValgrind : Checker::kNone;
#else
  return Checker::kNone;
#endif
}

inline const char* checker_name() {
  switch (checker()) {
    case Checker::kMsan:
      return "MemorySanitizer";
    case Checker::kValgrind:
      return "valgrind";
    case Checker::kNone:
      break;
  }
  return "no checker: this run shows only that the program works";
}

inline bool is_secret_byte([[maybe_unused]] const std::uint8_t* byte) {
#if defined(VEILWIRE_CT_MSAN)
  return __msan_test_shadow(byte, 1) != -1;
#elif defined(VEILWIRE_CT_VALGRIND)
  std::uint8_t undefined_bits = 0;
  (void)VALGRIND_GET_VBITS(byte, &undefined_bits, 1);
  return undefined_bits != 0;
#else
  return false;
#endif
}

// Whether the checker knows all of these bytes to depend on a secret. True without a checker.
inline bool all_secret(ByteView bytes) {
  return checker() == Checker::kNone ||
         std::ranges::all_of(bytes, [](const std::uint8_t& byte) { return is_secret_byte(&byte); });
}

// Whether the checker holds none of these bytes for secret.
inline bool none_secret(ByteView bytes) {
  return std::ranges::none_of(bytes,
                              [](const std::uint8_t& byte) { return is_secret_byte(&byte); });
}

// A condition that must hold in every build, and must not depend on a secret.
#define CT_REQUIRE(condition) \
  ((condition) ? static_cast<void>(0) : veilwire::ct::fail(__FILE__, __LINE__, #condition))

[[noreturn]] inline void fail(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
  std::exit(1);
}

// -- Leaks on purpose ----------------------------------------------------------------------------

[[gnu::noinline]] inline void leak_by_branch(const std::uint8_t& byte) {
  if ((byte & 1) != 0) __asm__ __volatile__("" : : : "memory");
}

[[gnu::noinline]] inline void leak_by_index(const std::uint8_t& byte) {
  static volatile std::uint8_t table[256];
  (void)table[byte];
}

// MemorySanitizer adds without carries: what depends on a secret by a carry alone it takes for
// public. valgrind does not.
[[gnu::noinline]] inline void leak_by_carry(const std::uint8_t& byte) {
  const unsigned sum = (byte & 0x0fu) + 0x0du;
  if (sum >> 4 != 0) __asm__ __volatile__("" : : : "memory");
}

// Runs one of these on a secret in a process of its own; true where the checker made it fail.
inline bool is_caught(void (*leak)(const std::uint8_t&)) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == -1) fail(__FILE__, __LINE__, "fork()");
  if (child == 0) {
    // MemorySanitizer's report of what is meant to happen need not alarm whoever reads the log.
    if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(0);
    std::uint8_t byte = 0x5a;
    secret({&byte, 1});
    leak(byte);
    _exit(0);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) fail(__FILE__, __LINE__, "waitpid()");
  return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

// Ends the program unless the checker, where there is one, catches every kind of leak that it can.
inline void require_that_leaks_are_caught() {
  std::printf("checked by %s\n", checker_name());
  if (checker() == Checker::kNone) return;
  std::printf("leaks on purpose (valgrind reports them here):\n");
  std::fflush(stdout);
  CT_REQUIRE(is_caught(leak_by_branch));
  CT_REQUIRE(is_caught(leak_by_index));
  if (checker() == Checker::kValgrind) CT_REQUIRE(is_caught(leak_by_carry));
  std::printf("all were caught; any report from here on is a fault\n");
  std::fflush(stdout);
}

}  // namespace veilwire::ct

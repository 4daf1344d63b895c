// The machine that a figure belongs to.
#pragma once

#include <sched.h>

#include <cstddef>
#include <string>

namespace veilwire::app {

// As the system calls it; "unknown" where it does not say.
std::string cpu_name();

// Keeps this process, and those that it starts, on the core where it runs now. False where the
// system refuses.
[[nodiscard]] bool stay_on_one_core();

// The cores that a thread may run on.
class Cores {
 public:
  // Those of the calling thread. None where the system does not say.
  static Cores allowed();

  // These but for `others`.
  Cores without(const Cores& others) const;

  std::size_t count() const { return static_cast<std::size_t>(CPU_COUNT(&set_)); }
  // To the calling thread, and to those that it starts from now on. False where the system refuses.
  [[nodiscard]] bool allow() const;

 private:
  Cores() { CPU_ZERO(&set_); }

  cpu_set_t set_;
};

// While it lives the calling thread has these cores; then those that it had before. A thread that
// was started meanwhile keeps what it was started with.
class CoresScope {
 public:
  // Throws std::runtime_error where the system refuses.
  explicit CoresScope(const Cores& cores);
  ~CoresScope();
  CoresScope(const CoresScope&) = delete;
  CoresScope& operator=(const CoresScope&) = delete;

 private:
  Cores before_;
};

}  // namespace veilwire::app

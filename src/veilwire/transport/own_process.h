// Which process something was made in, so that a copy of it that a fork made can tell that it is
// one. Private to the library.
#pragma once

#include <cstdint>
#include <optional>

#include "veilwire/transport/fault.h"

namespace veilwire::transport {

// A number that differs between a process and every process forked from it. Costs a read of memory:
// the kernel zeroes the page where it stands in each child (MADV_WIPEONFORK, Linux 4.14), whichever
// way the child was made, and where the kernel does not, a fork handler does. Thread-safe.
std::uint64_t process_number();

// How often this process, or the one it was forked from, has forked by the C library's fork(). Both
// sides of a fork count it. Thread-safe.
std::uint64_t forks_counted();

class OwnProcess {
 public:
  // False in a process that was forked since this was constructed.
  bool is_this() const { return made_in_ == process_number(); }
  // kUsedAfterFork there.
  std::optional<Fault> fault() const {
    if (is_this()) return std::nullopt;
    return Fault{Rule::kUsedAfterFork, blame_for(Rule::kUsedAfterFork)};
  }

 private:
  std::uint64_t made_in_ = process_number();
};

}  // namespace veilwire::transport

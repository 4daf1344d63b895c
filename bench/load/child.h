// A process that is measured from outside: the proxy, or the bare relay.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "veilwire/base/time.h"

namespace veilwire::bench {

struct CpuTime {
  Duration total{};   // to the nanosecond
  Duration system{};  // of it, in the kernel; to the clock tick
};
CpuTime operator-(const CpuTime& later, const CpuTime& earlier);

// Ends with us, however we end.
class Child {
 public:
  // Runs `work` in a process of its own, which never returns.
  explicit Child(const std::function<void()>& work);
  // Runs a program. What it says goes to `log_file`.
  Child(const std::vector<std::string>& command, const std::string& log_file);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Used since it was started.
  CpuTime cpu_time() const;
  // Physical memory that it occupies now. From /proc/PID/statm, since the proxy hides what else
  // /proc has from all but root.
  std::size_t rss_bytes() const;
  bool runs() const;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

}  // namespace veilwire::bench

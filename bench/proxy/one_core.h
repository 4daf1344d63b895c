// Processes that take turns, held to one core.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <utility>
#include <vector>

namespace veilwire::bench {

// For its lifetime the main threads of these processes run on the core that we run on. A message
// that goes from one to the next would otherwise wake a sleeping core or not, as the scheduler has
// placed them: on a quiet machine that is three times what is to be measured.
class OnOneCore {
 public:
  explicit OnOneCore(const std::vector<pid_t>& processes);
  ~OnOneCore();
  OnOneCore(const OnOneCore&) = delete;
  OnOneCore& operator=(const OnOneCore&) = delete;

 private:
  std::vector<std::pair<pid_t, cpu_set_t>> before_;
};

}  // namespace veilwire::bench

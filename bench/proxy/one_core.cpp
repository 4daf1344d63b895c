#include "one_core.h"

#include <cerrno>
#include <system_error>

namespace veilwire::bench {

OnOneCore::OnOneCore(const std::vector<pid_t>& processes) {
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(static_cast<unsigned>(::sched_getcpu()), &here);
  for (const pid_t process : processes) {
    cpu_set_t before;
    if (::sched_getaffinity(process, sizeof before, &before) != 0 ||
        ::sched_setaffinity(process, sizeof here, &here) != 0) {
      throw std::system_error(errno, std::generic_category(), "cannot hold a process to one core");
    }
    before_.emplace_back(process, before);
  }
}

OnOneCore::~OnOneCore() {
  for (const auto& [process, before] : before_)
    ::sched_setaffinity(process, sizeof before, &before);
}

}  // namespace veilwire::bench

#include "veilwire/net/descriptor_limit.h"

#include <sys/resource.h>

namespace veilwire::net {

void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace veilwire::net

#include "veilwire/proxy/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace veilwire::proxy {

void disable_core_dumps() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace veilwire::proxy

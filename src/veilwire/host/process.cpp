#include "veilwire/host/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

namespace veilwire::host {

void keep_files_private() { ::umask(0077); }

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

void disable_core_dumps() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace veilwire::host

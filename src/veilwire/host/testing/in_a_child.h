// What changes the process for good, or asks it once only, is tried in a child.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <optional>

namespace veilwire::host::testing {

// What `work` returned there; nothing where it did not come to its end.
inline std::optional<int> result_in_a_child(int (*work)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = -1;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return std::nullopt;
  return WEXITSTATUS(status);
}

}  // namespace veilwire::host::testing

// This program, run once more with another environment: for what a library reads only when it is
// loaded.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace veilwire::app {

// What to set in the environment, or, where there is no value, to take out of it.
using EnvironmentChanges = std::map<std::string, std::optional<std::string>>;

// Runs it with `arguments` (without the program's name), gives every line of its standard output to
// `on_line` as it comes, and waits for its end. Its standard error is ours. Throws CommandFailure
// where it cannot be started or does not end with status 0.
void run_own_process(const std::vector<std::string>& arguments, const EnvironmentChanges& changes,
                     const std::function<void(const std::string&)>& on_line);

}  // namespace veilwire::app

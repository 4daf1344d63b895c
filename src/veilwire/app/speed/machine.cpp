#include "veilwire/app/speed/machine.h"

#include <sched.h>

#include <fstream>

namespace veilwire::app {
namespace {

// What follows the colon of the first line of /proc/cpuinfo that begins with `field`.
std::string cpuinfo_field(const std::string& field) {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with(field) && colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}

}  // namespace

std::string cpu_name() {
  if (auto name = cpuinfo_field("model name"); !name.empty()) return name;
  // AArch64 has numbers only.
  const auto part = cpuinfo_field("CPU part");
  return part.empty() ? "unknown" : "CPU part " + part;
}

bool stay_on_one_core() {
  const int core = sched_getcpu();
  if (core < 0) return false;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(core), &cores);
  return sched_setaffinity(0, sizeof cores, &cores) == 0;
}

}  // namespace veilwire::app

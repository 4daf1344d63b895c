#include "veilwire/app/speed/machine.h"

#include <sched.h>

#include <fstream>
#include <stdexcept>

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

Cores Cores::allowed() {
  Cores cores;
  if (sched_getaffinity(0, sizeof cores.set_, &cores.set_) != 0) CPU_ZERO(&cores.set_);
  return cores;
}

Cores Cores::without(const Cores& others) const {
  cpu_set_t both;
  Cores rest;
  CPU_AND(&both, &set_, &others.set_);
  CPU_XOR(&rest.set_, &set_, &both);
  return rest;
}

bool Cores::allow() const { return sched_setaffinity(0, sizeof set_, &set_) == 0; }

CoresScope::CoresScope(const Cores& cores) : before_(Cores::allowed()) {
  if (!cores.allow())
    throw std::runtime_error("the system refuses this process the cores that it had");
}

// Where it refuses, the thread keeps more cores than it had: nothing is measured wrong by that.
CoresScope::~CoresScope() { static_cast<void>(before_.allow()); }

}  // namespace veilwire::app

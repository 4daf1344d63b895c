// Executors that run what is posted at once, later, or never.
#pragma once

#include <utility>
#include <vector>

#include "veilwire/base/executor.h"

namespace veilwire::consensus::testing {

struct InlineExecutor final : Executor {
  void post(std::function<void()> work) override { work(); }
};

// Keeps it until it is told to run it.
struct LateExecutor final : Executor {
  void post(std::function<void()> work) override { kept.push_back(std::move(work)); }
  void run_all() {
    for (const auto& work : std::exchange(kept, {})) work();
  }

  std::vector<std::function<void()>> kept;
};

}  // namespace veilwire::consensus::testing

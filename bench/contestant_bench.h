// A contestant of `veilwire speed` as a Google Benchmark: the same work, with preparation left out
// of the time.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <string>

#include "veilwire/app/speed/interleaved.h"

namespace veilwire::bench {

using MakeContestant = std::function<std::unique_ptr<app::Contestant>()>;

// Each iteration is a round; the counter `each` is the time of one operation. `bytes` is the
// contents of one operation, 0 where there are none.
void register_contestant(const std::string& name, std::size_t bytes, MakeContestant make);

}  // namespace veilwire::bench

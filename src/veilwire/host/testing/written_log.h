// What a log under test writes, and the clock that it asks.
#pragma once

#include <chrono>
#include <sstream>
#include <string>

#include "veilwire/base/time.h"

namespace veilwire::host::testing {

class WrittenLog {
 public:
  // Since the last call.
  std::string written() {
    std::string text = out_.str();
    out_.str("");
    return text;
  }

 protected:
  std::ostringstream out_;
  TimePoint now_{std::chrono::hours(1)};
};

}  // namespace veilwire::host::testing

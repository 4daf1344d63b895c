// Where work is done that need not be done here.
#pragma once

#include <functional>

namespace veilwire {

// What a pool of threads offers to code that starts none itself; a simulator offers one that does
// the work at once, or when it likes.
class Executor {
 public:
  virtual ~Executor() = default;
  // Calls `work` once, at any time from now on, on any thread, beside other work or within this
  // call. `work` must not throw.
  virtual void post(std::function<void()> work) = 0;
};

}  // namespace veilwire

// Where sockets and timers live: one event loop, run by one or several threads.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "veilwire/base/time.h"

// Asio stays out of headers: one translation unit that sees it costs seconds to compile.
namespace boost::asio {
class io_context;
}

namespace veilwire::net {

class Runtime {
 public:
  Runtime();
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Runs until nothing is left to do, or stop(). With `threads` over 1 it starts that many less one
  // beside the caller's, and joins them before it returns. Connections are each on a strand of
  // their own: the user of one is never called by two threads at once.
  void run(unsigned threads = 1);
  // From any thread.
  void stop();
  // Calls `work` from the loop, on no strand.
  void post(std::function<void()> work);
  // Calls `work` once, not before `delay` has passed; on no strand. Keeps run() from ending.
  void after(Duration delay, std::function<void()> work);

  boost::asio::io_context& context();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The real clock, as what the machines below call time.
TimePoint now();
// The calendar's: seconds since 1970, by the system's clock, which may jump.
UnixTime unix_time();

}  // namespace veilwire::net

// One epoll loop for all sockets of the load, which is one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "sockets.h"
#include "veilwire/base/time.h"

namespace veilwire::bench {

// How long a step of the load may take before the run is given up.
inline constexpr Duration kPatience = std::chrono::seconds(30);

TimePoint now();

struct Interest {
  bool read = true;
  bool write = false;
};

class Loop {
 public:
  // Called when its socket can be read or written.
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void on_ready() = 0;
  };

  Loop();

  // `handler` must live until the socket is closed, and is not called after that.
  void add(const Socket& socket, Handler& handler);
  void set_interest(const Socket& socket, Handler& handler, Interest interest);
  void remove(const Socket& socket);

  // Handles what is ready, or waits for it at most `wait`.
  void turn(Duration wait);
  // Turns until `done` says so. Throws std::runtime_error that says what it waited for when that
  // takes longer than `patience`.
  void turn_until(const std::function<bool()>& done, const char* what,
                  Duration patience = kPatience);

 private:
  Socket epoll_;
};

}  // namespace veilwire::bench

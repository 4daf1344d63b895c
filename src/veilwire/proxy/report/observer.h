// Who is told of events.
#pragma once

#include <utility>
#include <variant>
#include <vector>

#include "veilwire/proxy/report/event.h"

namespace veilwire::proxy {

// All calls are made on the proxy's one thread.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on(const Event& event) = 0;
};

// Tells each of its observers everything, in their order. They must outlive it.
class Observers final : public Observer {
 public:
  explicit Observers(std::vector<Observer*> all) : all_(std::move(all)) {}

  void on(const Event& event) override {
    for (Observer* one : all_) one->on(event);
  }

 private:
  const std::vector<Observer*> all_;
};

// Calls `handler.take(what)` where it has one for what happened; other events are left alone.
template <typename Handler>
void hand_to(Handler& handler, const Event& event) {
  std::visit(
      [&handler](const auto& what) {
        if constexpr (requires { handler.take(what); }) handler.take(what);
      },
      event);
}

}  // namespace veilwire::proxy

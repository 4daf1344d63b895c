// Threads that do what is posted.
#pragma once

#include <cstddef>
#include <memory>

#include "veilwire/base/executor.h"

namespace veilwire::host {

// May be used by any number of threads at once, and by the work itself. The queue has no limit of
// its own: who posts bounds what is under way. Work is begun in the order in which it was posted.
class ThreadPool final : public Executor {
 public:
  // As many threads as asked for, or as many as the system gives. With none, post() does the work
  // itself.
  explicit ThreadPool(std::size_t threads);
  // Waits until everything that was posted is done.
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void post(std::function<void()> work) override;

  std::size_t thread_count() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::host

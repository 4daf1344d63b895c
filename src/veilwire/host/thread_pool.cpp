#include "veilwire/host/thread_pool.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace veilwire::host {

struct ThreadPool::State {
  void work_until_the_end() {
    while (const auto work = next()) work();
  }

  // Nothing at the end.
  std::function<void()> next() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return !queue.empty() || ending; });
    if (queue.empty()) return nullptr;
    auto work = std::move(queue.front());
    queue.pop_front();
    return work;
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> queue;
  bool ending = false;
  std::vector<std::jthread> threads;  // joined first
};

ThreadPool::ThreadPool(std::size_t threads) : state_(std::make_unique<State>()) {
  try {
    while (state_->threads.size() < threads) {
      state_->threads.emplace_back([state = state_.get()] { state->work_until_the_end(); });
    }
  } catch (const std::system_error&) {
    // It gives no more.
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->changed.notify_all();
}

void ThreadPool::post(std::function<void()> work) {
  if (state_->threads.empty()) return work();
  {
    const std::lock_guard lock(state_->mutex);
    state_->queue.push_back(std::move(work));
  }
  state_->changed.notify_one();
}

std::size_t ThreadPool::thread_count() const { return state_->threads.size(); }

}  // namespace veilwire::host

// Work that was posted to an executor, and its result: done there when the executor comes to it, or by
// whoever needs it before that.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "veilwire/base/executor.h"

namespace veilwire::engine {

template <typename Result>
class Posted {
 public:
  // `work` is called at most once, on any thread.
  Posted(Executor& executor, std::function<Result()> work)
      : job_(std::make_shared<Job>(std::move(work))) {
    executor.post([posted = std::weak_ptr(job_)] {
      if (const auto job = posted.lock()) job->run();
    });
  }
  // Waits for what is being done; what nobody has begun by then is never done.
  ~Posted() {
    if (!job_->claim()) job_->wait();
  }
  Posted(const Posted&) = delete;
  Posted& operator=(const Posted&) = delete;

  bool is_done() const { return job_->is_done(); }
  // Waits for it only where somebody else is at it. Once.
  Result take() {
    job_->run();
    job_->wait();
    return job_->take();
  }

 private:
  class Job {
   public:
    explicit Job(std::function<Result()> work) : work_(std::move(work)) {}

    // Whoever has it does the work, or lets it be.
    bool claim() { return !is_claimed_.exchange(true, std::memory_order_relaxed); }
    void run() {
      if (!claim()) return;
      // What the work holds is let go with it.
      result_ = std::exchange(work_, nullptr)();
      is_done_.store(true, std::memory_order_release);
      is_done_.notify_all();
    }
    bool is_done() const { return is_done_.load(std::memory_order_acquire); }
    // REQUIRES: somebody runs it, or has.
    void wait() const { is_done_.wait(false, std::memory_order_acquire); }
    // REQUIRES: it is done.
    Result take() { return std::move(*result_); }

   private:
    std::function<Result()> work_;
    std::atomic<bool> is_claimed_ = false;
    std::atomic<bool> is_done_ = false;
    std::optional<Result> result_;
  };

  const std::shared_ptr<Job> job_;
};

}  // namespace veilwire::engine

#include "veilwire/net/lookup_threads.h"

#include <deque>
#include <mutex>
#include <thread>

namespace veilwire::net {
namespace {

class LookupThreads {
 public:
  void run(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
    if (busy_ == kLookupThreads) return;
    ++busy_;
    std::thread([this] { work_until_none_waits(); }).detach();
  }

 private:
  void work_until_none_waits() {
    while (const auto work = next()) work();
  }

  std::function<void()> next() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      --busy_;
      return nullptr;
    }
    auto work = std::move(waiting_.front());
    waiting_.pop_front();
    return work;
  }

  std::mutex mutex_;
  std::deque<std::function<void()>> waiting_;
  unsigned busy_ = 0;
};

}  // namespace

void run_lookup(std::function<void()> work) {
  // Never destroyed: a thread may still be at work when the process ends.
  static auto& threads = *new LookupThreads;
  threads.run(std::move(work));
}

}  // namespace veilwire::net

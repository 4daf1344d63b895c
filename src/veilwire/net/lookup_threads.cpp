#include "veilwire/net/lookup_threads.h"

#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

namespace veilwire::net {
namespace {

class LookupThreads {
 public:
  bool run(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMaxWaitingLookups) return false;
    if (busy_ < kLookupThreads && !add_thread()) return false;
    waiting_.push_back(std::move(work));
    return true;
  }

 private:
  // It cannot look for work before the caller lets go of the mutex.
  bool add_thread() {
    try {
      std::thread([this] { work_until_none_waits(); }).detach();
    } catch (const std::system_error&) {
      return busy_ > 0;
    }
    ++busy_;
    return true;
  }

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

bool run_lookup(std::function<void()> work) {
  // Never destroyed: a thread may still be at work when the process ends.
  static auto& threads = *new LookupThreads;
  return threads.run(std::move(work));
}

}  // namespace veilwire::net

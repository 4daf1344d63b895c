// What connections on the I/O threads have for one thread that decides: a bounded queue of owned
// items, with back-pressure to the connection that fills it.
//
//   connection's strand                               consumer's thread
//   if (producer->put(item, bytes) == Room::kNone)    wake() -> for (T& item : inbox.take(n)) ...
//     connection.pause_reading();                     resume() -> connection.post(resume_reading)
//
// Bounds: when a connection's own share is full, or the whole is, put() still takes the item and says
// that there is no room. The connection then stops reading, and resume() is called when both have
// been emptied to the half. So there is at most what the limits say and one item for each connection,
// which that connection would otherwise hold itself.
//
// Fair: the consumer is given one item of each connection in turn. In order: items of one connection
// come as they were put, its last one (finish()) too.
//
// Threads: put() and finish() from any thread, for one producer from one at a time; take() from the
// consumer's alone. wake() and resume() are called without a lock, from the thread that caused them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace veilwire::net {

struct InboxLimits {
  // In all. Bounds what a consumer that is busy for a second (a large block) lets pile up.
  std::size_t bytes = 64'000'000;
  std::size_t items = 100'000;
  // Of one connection: one of the largest messages and some small ones, so that no connection keeps
  // the others out.
  std::size_t bytes_each = 5'000'000;
  std::size_t items_each = 1000;
};

enum class Room : std::uint8_t { kSome, kNone };

template <typename T>
class Inbox {
  struct Entry {
    T item;
    std::size_t bytes;
  };
  // What one producer has in the inbox. A list, since an idle one then costs no heap.
  struct Share {
    std::function<void()> resume;
    std::list<Entry> entries{};
    std::size_t bytes = 0;
    bool waits = false;
  };

 public:
  // One connection's way in. The inbox must outlive it.
  class Producer {
   public:
    // `bytes`: what the item occupies.
    [[nodiscard]] Room put(T item, std::size_t bytes) {
      return inbox_.put(share_, std::move(item), bytes);
    }
    // The last: resume() is not called any more, unless it is being called now.
    void finish(T item) { inbox_.finish(share_, std::move(item)); }

   private:
    friend Inbox;
    Producer(Inbox& inbox, std::function<void()> resume)
        : inbox_(inbox), share_(std::make_shared<Share>(std::move(resume))) {}

    Inbox& inbox_;
    std::shared_ptr<Share> share_;
  };

  // `wake` is called when something was put and the last take() had found nothing, or there was none
  // yet: once, not for each item.
  Inbox(const InboxLimits& limits, std::function<void()> wake)
      : limits_(limits), wake_(std::move(wake)) {}
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // `resume` is called once after each put() that found no room.
  std::unique_ptr<Producer> open(std::function<void()> resume) {
    return std::unique_ptr<Producer>(new Producer(*this, std::move(resume)));
  }

  // At most `at_most` items. None: wake() says when there are.
  std::vector<T> take(std::size_t at_most) {
    std::list<Entry> taken;
    std::vector<std::function<void()>> resumed;
    {
      const std::lock_guard lock(mutex_);
      while (taken.size() < at_most && !ready_.empty()) take_one(taken);
      asleep_ = taken.empty();
      resumed = resume_those_with_room();
    }
    for (const auto& resume : resumed) resume();
    std::vector<T> items;
    items.reserve(taken.size());
    for (Entry& entry : taken) items.push_back(std::move(entry.item));
    return items;
  }

  std::size_t bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }
  std::size_t items() const {
    const std::lock_guard lock(mutex_);
    return items_;
  }

 private:
  using ShareOf = std::shared_ptr<Share>;

  Room put(const ShareOf& share, T item, std::size_t bytes) {
    std::list<Entry> one;
    one.push_back({std::move(item), bytes});
    Room room = Room::kSome;
    bool wakes = false;
    {
      const std::lock_guard lock(mutex_);
      wakes = add(share, one);
      if (is_full(*share)) {
        room = Room::kNone;
        if (!std::exchange(share->waits, true)) waiting_.push_back(share);
      }
    }
    if (wakes) wake_();
    return room;
  }

  void finish(const ShareOf& share, T item) {
    std::list<Entry> one;
    one.push_back({std::move(item), 0});
    bool wakes = false;
    {
      const std::lock_guard lock(mutex_);
      wakes = add(share, one);
      if (std::exchange(share->waits, false)) std::erase(waiting_, share);
    }
    if (wakes) wake_();
  }

  // All below are called with the lock held.

  // Whether the consumer is to be woken.
  bool add(const ShareOf& share, std::list<Entry>& one) {
    const std::size_t bytes = one.front().bytes;
    if (share->entries.empty()) ready_.push_back(share);
    share->entries.splice(share->entries.end(), one);
    share->bytes += bytes;
    bytes_ += bytes;
    ++items_;
    return std::exchange(asleep_, false);
  }

  void take_one(std::list<Entry>& taken) {
    const ShareOf share = std::move(ready_.front());
    ready_.pop_front();
    const std::size_t bytes = share->entries.front().bytes;
    taken.splice(taken.end(), share->entries, share->entries.begin());
    share->bytes -= bytes;
    bytes_ -= bytes;
    --items_;
    if (!share->entries.empty()) ready_.push_back(share);
  }

  bool is_full(const Share& share) const {
    return bytes_ >= limits_.bytes || items_ >= limits_.items ||
           share.bytes >= limits_.bytes_each || share.entries.size() >= limits_.items_each;
  }
  bool is_half_empty() const { return bytes_ <= limits_.bytes / 2 && items_ <= limits_.items / 2; }
  bool is_half_empty(const Share& share) const {
    return share.bytes <= limits_.bytes_each / 2 && share.entries.size() <= limits_.items_each / 2;
  }

  // Those that wait longest first.
  std::vector<std::function<void()>> resume_those_with_room() {
    std::vector<std::function<void()>> resumed;
    if (waiting_.empty() || !is_half_empty()) return resumed;
    std::erase_if(waiting_, [&](const ShareOf& share) {
      if (!is_half_empty(*share)) return false;
      share->waits = false;
      resumed.push_back(share->resume);
      return true;
    });
    return resumed;
  }

  const InboxLimits limits_;
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::deque<ShareOf> ready_;  // those that have items, the next one first
  std::deque<ShareOf> waiting_;
  std::size_t bytes_ = 0;
  std::size_t items_ = 0;
  bool asleep_ = true;  // the consumer has found nothing
};

}  // namespace veilwire::net

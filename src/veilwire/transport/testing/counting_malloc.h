// Counts what a transport allocates, and makes allocations fail. Needs to stand in for malloc,
// which works with glibc and without a sanitizer; elsewhere counting_malloc_works() says no.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "veilwire/transport/transport.h"

namespace veilwire::transport::testing {

bool counting_malloc_works();

// Bytes allocated less bytes freed while a Counting was alive, as malloc rounds them.
std::ptrdiff_t counted_bytes();
void restart_counting();

// From now on an allocation of over `bytes` fails while a Counting is alive.
void fail_allocations_over(std::size_t bytes);

class Counting {
 public:
  Counting();
  ~Counting();
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;
};

// A transport whose allocations are counted, and nobody else's.
class CountedTransport final : public Transport {
 public:
  // `make` gives a std::unique_ptr to a transport.
  template <typename Make>
  explicit CountedTransport(Make&& make) {
    const Counting counting;
    inner_ = make();
  }
  ~CountedTransport() override {
    const Counting counting;
    inner_.reset();
  }

  std::size_t feed(TimePoint now, ByteView bytes) override {
    const Counting counting;
    return inner_->feed(now, bytes);
  }
  std::expected<void, PushError> push(TimePoint now,
                                      const protocol::MessageView& message) override {
    const Counting counting;
    return inner_->push(now, message);
  }
  std::expected<void, PushError> push_decoy(TimePoint now, ByteView contents) override {
    const Counting counting;
    return inner_->push_decoy(now, contents);
  }
  std::optional<Event> poll_event() override { return inner_->poll_event(); }
  ByteView bytes_to_send() override {
    const Counting counting;
    return inner_->bytes_to_send();
  }
  void mark_sent(std::size_t count) override {
    const Counting counting;
    inner_->mark_sent(count);
  }
  void on_deadline(TimePoint now) override {
    const Counting counting;
    inner_->on_deadline(now);
  }
  std::optional<TimePoint> next_deadline() const override { return inner_->next_deadline(); }
  bool reading_paused() const override { return inner_->reading_paused(); }
  std::optional<Fault> fault() const override { return inner_->fault(); }
  Info info() const override { return inner_->info(); }

 private:
  std::unique_ptr<Transport> inner_;
};

}  // namespace veilwire::transport::testing

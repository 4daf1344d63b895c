// Two ends joined in memory under a virtual clock: what one has to say the other hears, at once or
// after a delay. Nobody sleeps: time steps to the next arrival or deadline.
//
// Bytes, messages, whatever the ends say to each other. An end has
//
//   Load take_sent()                        a container of all that it has to say now
//   void receive(TimePoint now, const Load&)
//   void on_deadline(TimePoint now)
//   std::optional<TimePoint> next_deadline() const
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "veilwire/base/deadline.h"

namespace veilwire::testing {

template <typename End>
class Link {
 public:
  using Load = decltype(std::declval<End&>().take_sent());

  // The ends must outlive it.
  Link(End& first, End& second, TimePoint start = {}, Duration delay = {})
      : ends_{&first, &second}, now_(start), delay_(delay) {}
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  TimePoint now() const { return now_; }
  // What is sent from now on is lost.
  void cut() { is_cut_ = true; }

  // Carries both ways until nothing moves any more, in no time.
  void settle() {
    for (bool has_moved = true; has_moved;) {
      const bool there = carry(*ends_[0], *ends_[1]);
      const bool back = carry(*ends_[1], *ends_[0]);
      has_moved = there || back;
    }
  }
  // Time passes in one step, and nothing is carried.
  void pass(Duration time) {
    now_ += time;
    for (End* one : ends_) one->on_deadline(now_);
  }

  void run_until(TimePoint end) {
    collect();
    for (auto next = next_step(); next && *next <= end; next = next_step()) {
      now_ = std::max(now_, *next);
      deliver();
      for (End* one : ends_) one->on_deadline(now_);
      collect();
    }
    now_ = end;
  }
  void run_for(Duration duration) { run_until(now_ + duration); }

  // May change what is on its way to an end.
  std::function<void(const End& to, Load&)> on_the_way = [](const End&, Load&) {};

 private:
  struct Flight {
    TimePoint arrives_at;
    End* to;
    Load load;
  };

  bool carry(End& from, End& to) {
    const Load load = from.take_sent();
    to.receive(now_, load);
    return !load.empty();
  }

  std::optional<TimePoint> next_step() const {
    std::optional<TimePoint> next;
    if (!flights_.empty()) next = flights_.front().arrives_at;
    for (const End* one : ends_) next = earlier(next, one->next_deadline());
    return next;
  }
  void collect() {
    send(*ends_[0], *ends_[1]);
    send(*ends_[1], *ends_[0]);
  }
  void send(End& from, End& to) {
    Load load = from.take_sent();
    if (load.empty() || is_cut_) return;
    on_the_way(to, load);
    flights_.push_back({now_ + delay_, &to, std::move(load)});
  }
  void deliver() {
    while (!flights_.empty() && flights_.front().arrives_at <= now_) {
      const Flight flight = std::move(flights_.front());
      flights_.pop_front();
      flight.to->receive(now_, flight.load);
    }
  }

  std::array<End*, 2> ends_;
  TimePoint now_;
  Duration delay_;
  bool is_cut_ = false;
  std::deque<Flight> flights_;
};

}  // namespace veilwire::testing

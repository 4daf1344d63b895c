// A loop that a test turns by hand, and what a connection needs beside it.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <iterator>
#include <utility>

#include "veilwire/crypto/ellswift.h"
#include "veilwire/crypto/system_entropy.h"
#include "veilwire/net/runtime.h"
#include "veilwire/transport/key_source.h"

namespace veilwire::net::testing {

// Makes each key when it is asked for. Any number of threads.
class FreshKeys final : public transport::KeySource {
 public:
  std::expected<crypto::EphemeralKey, EntropyFailure> take() override {
    return crypto::ellswift_generate(entropy_);
  }

 private:
  crypto::SystemEntropy entropy_;
};

class Loop {
 public:
  Runtime& runtime() { return runtime_; }

  // Turns the loop until `done()`. False where that takes too long.
  template <typename Done>
  bool run_until(Done done, Duration limit = std::chrono::seconds(20)) {
    const TimePoint give_up = now() + limit;
    while (!done()) {
      if (now() >= give_up) return false;
      turn();
    }
    return true;
  }

  // Until nothing has happened for a while: on loopback, what had to happen has.
  bool run_until_idle(Duration limit = std::chrono::seconds(20)) {
    constexpr int kIdleTurns = 10;
    const TimePoint give_up = now() + limit;
    for (int idle_turns = 0; idle_turns < kIdleTurns;) {
      if (now() >= give_up) return false;
      idle_turns = turn() == 0 ? idle_turns + 1 : 0;
    }
    return true;
  }

  // From now on `other` is called in each turn, too, and says how much it did: the loop of what is
  // tested, where that is another one than its peers'.
  void turn_with(std::function<std::size_t()> other) { other_ = std::move(other); }

  // For showing that something does not happen: all that was under way has happened before this
  // returns, however slow the machine is.
  void run_a_while() { EXPECT_TRUE(run_until_idle()) << "something happens all the time"; }
  // For showing that nothing happens by a timer.
  void run_for(Duration duration) {
    const TimePoint end = now() + duration;
    run_until([end] { return now() >= end; });
  }

 private:
  std::size_t turn() {
    runtime_.context().restart();
    if (!other_) return runtime_.context().run_one_for(std::chrono::milliseconds(5));
    const std::size_t count = other_() + runtime_.context().poll_one();
    return count != 0 ? count : runtime_.context().run_one_for(std::chrono::milliseconds(1));
  }

  Runtime runtime_;
  std::function<std::size_t()> other_;
};

// Descriptors that this process has open.
inline std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

}  // namespace veilwire::net::testing

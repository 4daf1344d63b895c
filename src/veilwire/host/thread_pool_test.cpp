#include "veilwire/host/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

namespace veilwire::host {
namespace {

TEST(ThreadPool, DoesEverythingBeforeItIsGone) {
  std::atomic<int> done = 0;
  {
    ThreadPool pool(3);
    EXPECT_EQ(pool.thread_count(), 3U);
    for (int i = 0; i < 1000; ++i) pool.post([&] { ++done; });
  }
  EXPECT_EQ(done, 1000);
}

TEST(ThreadPool, WorksSideBySide) {
  std::latch both(3);  // outlives the threads that wait at it
  ThreadPool pool(2);
  for (int i = 0; i < 2; ++i) pool.post([&] { both.arrive_and_wait(); });
  both.arrive_and_wait();
}

TEST(ThreadPool, BeginsWorkInItsOrder) {
  std::vector<int> order;
  {
    ThreadPool pool(1);
    for (int i = 0; i < 100; ++i) pool.post([&order, i] { order.push_back(i); });
  }
  ASSERT_EQ(order.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(ThreadPool, TakesWorkFromItsWorkAndFromManyThreads) {
  std::atomic<int> done = 0;
  {
    ThreadPool pool(2);
    std::vector<std::jthread> users;
    for (int user = 0; user < 4; ++user) {
      users.emplace_back([&] {
        for (int i = 0; i < 100; ++i) {
          pool.post([&] { pool.post([&] { ++done; }); });
        }
      });
    }
  }
  EXPECT_EQ(done, 400);
}

TEST(ThreadPool, WithoutThreadsDoesTheWorkItself) {
  ThreadPool pool(0);
  bool done = false;
  pool.post([&] { done = true; });
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace veilwire::host

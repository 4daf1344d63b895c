#include "veilwire/net/runtime.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <vector>

namespace veilwire::net {

struct Runtime::State {
  boost::asio::io_context context;
};

Runtime::Runtime() : state_(std::make_unique<State>()) {}
Runtime::~Runtime() = default;

void Runtime::run(unsigned threads) {
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back([this] { state_->context.run(); });
  state_->context.run();
}

void Runtime::stop() { state_->context.stop(); }

void Runtime::post(std::function<void()> work) {
  boost::asio::post(state_->context, std::move(work));
}

void Runtime::after(Duration delay, std::function<void()> work) {
  auto timer = std::make_shared<boost::asio::steady_timer>(state_->context, delay);
  timer->async_wait([timer, work = std::move(work)](const boost::system::error_code& error) {
    if (!error) work();
  });
}

boost::asio::io_context& Runtime::context() { return state_->context; }

TimePoint now() {
  return TimePoint(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

UnixTime unix_time() {
  return UnixTime(std::chrono::duration_cast<WallClock::duration>(
      std::chrono::system_clock::now().time_since_epoch()));
}

}  // namespace veilwire::net

#include "loop.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace veilwire::bench {
namespace {

void control(const Socket& epoll, int operation, const Socket& socket, Loop::Handler* handler,
             Interest interest) {
  epoll_event event{};
  if (interest.read) event.events |= EPOLLIN;
  if (interest.write) event.events |= EPOLLOUT;
  event.data.ptr = handler;
  if (::epoll_ctl(epoll.fd(), operation, socket.fd(), &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

}  // namespace

TimePoint now() {
  return TimePoint(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

void Loop::add(const Socket& socket, Handler& handler) {
  control(epoll_, EPOLL_CTL_ADD, socket, &handler, {});
}

void Loop::set_interest(const Socket& socket, Handler& handler, Interest interest) {
  control(epoll_, EPOLL_CTL_MOD, socket, &handler, interest);
}

void Loop::remove(const Socket& socket) { control(epoll_, EPOLL_CTL_DEL, socket, nullptr, {}); }

// One event at a time: a handler may close the socket of another.
void Loop::turn(Duration wait) {
  epoll_event event{};
  const auto wait_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
  const int count = ::epoll_wait(epoll_.fd(), &event, 1, static_cast<int>(wait_ms));
  if (count < 0 && errno != EINTR) {
    throw std::system_error(errno, std::generic_category(), "epoll_wait");
  }
  if (count > 0) static_cast<Handler*>(event.data.ptr)->on_ready();
}

void Loop::turn_until(const std::function<bool()>& done, const char* what, Duration patience) {
  const TimePoint give_up_at = now() + patience;
  while (!done()) {
    turn(std::chrono::milliseconds(100));
    if (now() > give_up_at) throw std::runtime_error(std::string("waited in vain for ") + what);
  }
}

}  // namespace veilwire::bench

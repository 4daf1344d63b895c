#include "veilwire/proxy/outbound/program_watch.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace veilwire::proxy {

using net::ErrorCode;
using net::Tcp;

namespace {

constexpr std::size_t kReadBytes = 4096;

// The peer has ended its direction, or cut the connection, whether or not there are bytes before
// that.
bool is_ended(int descriptor) {
#ifdef POLLRDHUP
  pollfd one{.fd = descriptor, .events = POLLRDHUP, .revents = 0};
  return ::poll(&one, 1, 0) > 0 && (one.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
#else
  // Seen only where nothing is unread.
  char byte = 0;
  const auto count = ::recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
#endif
}

}  // namespace

ProgramWatch::ProgramWatch(Tcp::socket& socket, Bytes said)
    : socket_(socket), timer_(socket.get_executor()), said_(std::move(said)) {}

void ProgramWatch::start(Callbacks callbacks) {
  callbacks_ = std::move(callbacks);
  is_watching_ = true;
  wait();
}

void ProgramWatch::stop() {
  if (!std::exchange(is_watching_, false)) return;
  timer_.cancel();
  ErrorCode ignored;
  socket_.cancel(ignored);
  callbacks_ = {};
}

bool ProgramWatch::has_left() const {
  return !socket_.is_open() || is_ended(const_cast<Tcp::socket&>(socket_).native_handle());
}

void ProgramWatch::wait() {
  if (said_.size() >= kMaxHeldBytes) return look_later();
  socket_.async_wait(Tcp::socket::wait_read, [self = shared_from_this()](const ErrorCode& error) {
    if (!error && self->is_watching_) self->hear();
  });
}

void ProgramWatch::hear() {
  const std::size_t before = said_.size();
  said_.resize(before + std::min(kReadBytes, kMaxHeldBytes - before));
  ErrorCode error;
  const std::size_t count =
      socket_.read_some(boost::asio::buffer(said_.data() + before, said_.size() - before), error);
  said_.resize(before + count);
  // They may stop us, and let go of what they are in.
  const Callbacks callbacks = callbacks_;
  if (error && error != boost::asio::error::would_block) {
    stop();
    return callbacks.left();
  }
  if (count != 0) callbacks.said();
  if (is_watching_) wait();
}

void ProgramWatch::look_later() {
  timer_.expires_after(kLookInterval);
  timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (error || !self->is_watching_) return;
    if (!self->has_left()) return self->look_later();
    const Callbacks callbacks = self->callbacks_;
    self->stop();
    callbacks.left();
  });
}

}  // namespace veilwire::proxy

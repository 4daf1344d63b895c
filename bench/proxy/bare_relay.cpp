#include "bare_relay.h"

#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include "loop.h"

namespace veilwire::bench {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;

// One socket of a relayed connection. What it reads goes to the other one.
class End final : public Loop::Handler {
 public:
  End(Loop& loop, Socket socket) : loop_(loop), socket_(std::move(socket)) {}

  void join(End& other) {
    other_ = &other;
    loop_.add(socket_, *this);
  }

  void on_ready() override {
    write_waiting();
    if (other_->waiting_.empty()) read_and_pass_on();
  }

 private:
  void write_waiting() {
    if (waiting_.empty()) return;
    const std::size_t count = write(waiting_);
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    if (waiting_.empty()) watch_both();
  }

  void read_and_pass_on() {
    static Bytes buffer(kBufferBytes);
    const ssize_t count = ::recv(socket_.fd(), buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return close_both();
    const ByteView bytes = ByteView(buffer).first(static_cast<std::size_t>(count));
    const std::size_t taken = other_->write(bytes);
    if (taken == bytes.size()) return;
    other_->waiting_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(taken), bytes.end());
    watch_both();
  }

  // Where the other end is gone, what is for it is gone too.
  std::size_t write(ByteView bytes) {
    const ssize_t count = ::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN ? 0 : bytes.size();
    return static_cast<std::size_t>(count);
  }

  // An end is not read while what it said before still waits.
  void watch_both() {
    for (End* const end : {this, other_}) {
      if (end->closed_) continue;
      loop_.set_interest(end->socket_, *end,
                         {.read = end->other_->waiting_.empty(), .write = !end->waiting_.empty()});
    }
  }

  void close_both() {
    closed_ = true;
    loop_.remove(socket_);
    ::shutdown(socket_.fd(), SHUT_RDWR);
    ::shutdown(other_->socket_.fd(), SHUT_RDWR);
  }

  Loop& loop_;
  Socket socket_;
  Bytes waiting_;
  End* other_ = nullptr;
  bool closed_ = false;
};

// Lives as long as the process: a run has few of them.
struct Pair {
  Pair(Loop& loop, Socket near, Socket far) : a(loop, std::move(near)), b(loop, std::move(far)) {
    a.join(b);
    b.join(a);
  }
  End a;
  End b;
};

class Acceptor final : public Loop::Handler {
 public:
  Acceptor(Loop& loop, const Socket& listener, const Place& target)
      : loop_(loop), listener_(listener), target_(target) {}

  void on_ready() override {
    Socket near = accept_from(listener_);
    if (near.fd() < 0) return;
    Socket far = connect_to(target_);
    stop_blocking(far);
    pairs_.push_back(std::make_unique<Pair>(loop_, std::move(near), std::move(far)));
  }

 private:
  Loop& loop_;
  const Socket& listener_;
  const Place target_;
  std::vector<std::unique_ptr<Pair>> pairs_;
};

}  // namespace

void run_bare_relay(const Socket& listener, const Place& target) {
  Loop loop;
  Acceptor acceptor(loop, listener, target);
  loop.add(listener, acceptor);
  while (true) loop.turn(std::chrono::seconds(1));
}

}  // namespace veilwire::bench

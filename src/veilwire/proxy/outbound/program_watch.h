// Listens to a program while its target is looked for: keeps what it says, and notices when it
// leaves. Nobody is to be dialled for a program that has gone, nor is what it said to be sent.
//
// A program that ends only its own direction has gone as well: nothing has been connected yet that
// could still answer it.
//
// For .cpp files: it names Asio.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "veilwire/base/bytes.h"
#include "veilwire/base/time.h"
#include "veilwire/net/tcp.h"

namespace veilwire::proxy {

// Kept of what a program says before its target has answered; the rest waits in its socket, whose
// buffer holds about as much again. A program says `version` then, and little else: an end that comes
// after more than both is noticed only once the target has answered.
inline constexpr std::size_t kMaxHeldBytes = 64 * 1024;
// While no more is read an end lies behind what is unread, and the system is asked for it this
// often.
inline constexpr Duration kLookInterval = std::chrono::milliseconds(200);

class ProgramWatch : public std::enable_shared_from_this<ProgramWatch> {
 public:
  // Called on the socket's strand, never from within.
  struct Callbacks {
    std::function<void()> said;  // it has said more
    std::function<void()> left;  // the last call
  };

  // `socket` does not block, and must live until stop(). `said`: what was read of it already.
  ProgramWatch(net::Tcp::socket& socket, Bytes said);

  void start(Callbacks callbacks);
  // No call comes after it; the socket is free for its next user, who gets what was said too.
  void stop();

  const Bytes& said() const { return said_; }
  // Asks the system now: it may know of what no callback has told of yet.
  bool has_left() const;

 private:
  void wait();
  void hear();
  void look_later();

  net::Tcp::socket& socket_;
  boost::asio::steady_timer timer_;
  Callbacks callbacks_;
  Bytes said_;
  bool is_watching_ = false;
};

}  // namespace veilwire::proxy

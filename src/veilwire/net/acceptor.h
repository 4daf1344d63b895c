// A listening TCP socket and its accept loop. For .cpp files: it names Asio.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "veilwire/base/endpoint.h"
#include "veilwire/net/runtime.h"
#include "veilwire/net/tcp.h"

namespace veilwire::net {

class Acceptor {
 public:
  using Accepted = std::function<void(Tcp::socket)>;
  using NotAccepting = std::function<void(std::string_view why)>;

  // Binds and listens; port 0 takes a free one. The error is a sentence without its full stop.
  // `accepted` is called from the loop, once at a time, with a socket on a strand of its own;
  // `not_accepting` once when the system begins to refuse (no descriptor is left, mostly) and those
  // who connect begin to wait, and again only after one was accepted.
  static std::expected<std::unique_ptr<Acceptor>, std::string> open(
      Runtime& runtime, const Endpoint& address, Accepted accepted,
      NotAccepting not_accepting = {});
  // The same over a socket that listens already: one that the service manager has made. Takes the
  // descriptor over, on failure too.
  static std::expected<std::unique_ptr<Acceptor>, std::string> adopt(
      Runtime& runtime, int descriptor, Accepted accepted, NotAccepting not_accepting = {});
  // Stops listening; what was accepted lives on.
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // While paused it accepts nothing, and those who connect wait in the system's queue. From within
  // `accepted` it takes effect at once, else on the loop's next turn: one more may come until then.
  void pause();
  void resume();

  // Where it listens, the port filled in.
  const Endpoint& address() const;

 private:
  struct State;
  explicit Acceptor(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace veilwire::net

// A listening unix socket and its accept loop. For .cpp files: it names Asio.
//
// What is accepted is handed on as a Tcp::socket, since nothing that is done with it is TCP's
// alone: remote_of() and local_of() give an empty endpoint, and options of TCP fail.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "veilwire/net/acceptor.h"
#include "veilwire/net/runtime.h"

namespace veilwire::net {

// What sun_path takes, with its final zero.
inline constexpr std::size_t kMaxSocketPathBytes = 107;

class LocalAcceptor {
 public:
  // Makes a socket of that name, which only this user may connect to (mode 0600). One that is there
  // and that nobody listens on any more is replaced; anything else of that name is left alone and
  // is the error, a sentence without its full stop. Otherwise as Acceptor::open().
  static std::expected<std::unique_ptr<LocalAcceptor>, std::string> open(
      Runtime& runtime, const std::string& path, Acceptor::Accepted accepted,
      Acceptor::NotAccepting not_accepting = {});
  // Stops listening and removes the socket's name; what was accepted lives on.
  ~LocalAcceptor();
  LocalAcceptor(const LocalAcceptor&) = delete;
  LocalAcceptor& operator=(const LocalAcceptor&) = delete;

 private:
  struct State;
  explicit LocalAcceptor(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace veilwire::net

#include "veilwire/net/acceptor.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace veilwire::net {

namespace {

// After the system refused to accept (no descriptor is left, mostly) the listener waits this long:
// trying again at once would take a whole core.
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);

std::expected<Tcp, std::string> protocol_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  int listens = 0;
  socklen_t listens_size = sizeof listens;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_size) != 0 ||
      listens == 0) {
    return std::unexpected("descriptor " + std::to_string(descriptor) +
                           " is not a listening socket");
  }
  if (address.ss_family == AF_INET) return Tcp::v4();
  if (address.ss_family == AF_INET6) return Tcp::v6();
  return std::unexpected("descriptor " + std::to_string(descriptor) + " is not a TCP socket");
}

}  // namespace

struct Acceptor::State : std::enable_shared_from_this<Acceptor::State> {
  State(Runtime& with, Accepted to, NotAccepting tell)
      : runtime(with),
        accepted(std::move(to)),
        not_accepting(std::move(tell)),
        strand(boost::asio::make_strand(runtime.context())),
        acceptor(strand),
        timer(strand) {}

  ErrorCode open(const Tcp::endpoint& at) {
    ErrorCode error;
    acceptor.open(at.protocol(), error);
    if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error && at.protocol() == Tcp::v6()) {
      acceptor.set_option(boost::asio::ip::v6_only(true), error);
    }
    if (!error) acceptor.bind(at, error);
    if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
    if (!error) address = to_endpoint(acceptor.local_endpoint(error));
    return error;
  }

  ErrorCode adopt(const Tcp& protocol, int descriptor) {
    ErrorCode error;
    acceptor.assign(protocol, descriptor, error);
    if (!error) address = to_endpoint(acceptor.local_endpoint(error));
    return error;
  }

  void accept() {
    if (is_paused || std::exchange(is_accepting, true)) return;
    acceptor.async_accept(boost::asio::make_strand(runtime.context()),
                          [self = shared_from_this()](const ErrorCode& error, Tcp::socket socket) {
                            if (!self->acceptor.is_open()) return;
                            if (error) return self->accept_later(error);
                            self->is_accepting = false;
                            self->is_refused = false;
                            self->accepted(std::move(socket));
                            self->accept();
                          });
  }

  void accept_later(const ErrorCode& why) {
    if (!std::exchange(is_refused, true) && not_accepting) not_accepting(why.message());
    timer.expires_after(kAcceptPause);
    timer.async_wait([self = shared_from_this()](const ErrorCode& error) {
      if (error || !self->acceptor.is_open()) return;
      self->is_accepting = false;
      self->accept();
    });
  }

  Runtime& runtime;
  Accepted accepted;
  NotAccepting not_accepting;
  bool is_refused = false;  // since the last socket
  bool is_accepting = false;
  bool is_paused = false;
  Strand strand;
  Tcp::acceptor acceptor;
  boost::asio::steady_timer timer;
  Endpoint address;
};

Acceptor::Acceptor(std::shared_ptr<State> state) : state_(std::move(state)) {}

// On its strand: the acceptor may be in use there.
Acceptor::~Acceptor() {
  boost::asio::post(state_->strand, [state = state_] {
    ErrorCode ignored;
    state->acceptor.close(ignored);
    state->timer.cancel();
  });
}

std::expected<std::unique_ptr<Acceptor>, std::string> Acceptor::open(Runtime& runtime,
                                                                     const Endpoint& address,
                                                                     Accepted accepted,
                                                                     NotAccepting not_accepting) {
  const auto at = to_tcp(address);
  if (!at) return std::unexpected(at.error());
  auto state = std::make_shared<State>(runtime, std::move(accepted), std::move(not_accepting));
  if (const ErrorCode error = state->open(*at); error) {
    return std::unexpected("cannot listen on " + to_string(address) + ": " + error.message());
  }
  boost::asio::post(state->strand, [state] { state->accept(); });
  return std::unique_ptr<Acceptor>(new Acceptor(std::move(state)));
}

std::expected<std::unique_ptr<Acceptor>, std::string> Acceptor::adopt(Runtime& runtime,
                                                                      int descriptor,
                                                                      Accepted accepted,
                                                                      NotAccepting not_accepting) {
  const auto protocol = protocol_of(descriptor);
  auto state = std::make_shared<State>(runtime, std::move(accepted), std::move(not_accepting));
  const ErrorCode error = protocol ? state->adopt(*protocol, descriptor) : ErrorCode{};
  if (!protocol || error) {
    ::close(descriptor);
    return std::unexpected(protocol
                               ? "cannot use a socket of the service manager: " + error.message()
                               : protocol.error());
  }
  boost::asio::post(state->strand, [state] { state->accept(); });
  return std::unique_ptr<Acceptor>(new Acceptor(std::move(state)));
}

void Acceptor::pause() {
  boost::asio::dispatch(state_->strand, [state = state_] { state->is_paused = true; });
}

void Acceptor::resume() {
  boost::asio::dispatch(state_->strand, [state = state_] {
    state->is_paused = false;
    if (state->acceptor.is_open()) state->accept();
  });
}

const Endpoint& Acceptor::address() const { return state_->address; }

}  // namespace veilwire::net

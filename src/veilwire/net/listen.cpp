#include "veilwire/net/listen.h"

#include "veilwire/net/acceptor.h"
#include "veilwire/net/stream.h"

namespace veilwire::net {

struct Listener::State {
  std::unique_ptr<Acceptor> acceptor;
};

Listener::Listener(std::unique_ptr<State> state) : state_(std::move(state)) {}
Listener::~Listener() = default;

std::expected<std::unique_ptr<Listener>, std::string> Listener::open(
    Runtime& runtime, const Endpoint& address, ListenConfig config, transport::KeySource& keys,
    Entropy& entropy, std::function<void(std::shared_ptr<Connection>)> accepted,
    std::function<void(std::string_view)> not_accepting) {
  return open(runtime, address,
              std::make_shared<transport::PlainTransports>(std::move(config.v2), keys, entropy,
                                                           config.v1, config.v1_config),
              std::move(accepted), std::move(not_accepting));
}

std::expected<std::unique_ptr<Listener>, std::string> Listener::open(
    Runtime& runtime, const Endpoint& address,
    std::shared_ptr<transport::TransportFactory> transports,
    std::function<void(std::shared_ptr<Connection>)> accepted,
    std::function<void(std::string_view)> not_accepting) {
  const auto take = [transports = std::move(transports),
                     accepted = std::move(accepted)](Tcp::socket socket) {
    const auto connection = make_connection(std::move(socket), transports->make_responder(now()));
    connection->post([accepted, connection] { accepted(connection); });
  };
  auto acceptor = Acceptor::open(runtime, address, take, std::move(not_accepting));
  if (!acceptor) return std::unexpected(acceptor.error());
  auto state = std::make_unique<State>(std::move(*acceptor));
  return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

const Endpoint& Listener::address() const { return state_->acceptor->address(); }

}  // namespace veilwire::net

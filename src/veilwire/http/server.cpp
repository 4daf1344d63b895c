#include "veilwire/http/server.h"

#include <map>
#include <utility>

#include "veilwire/http/exchange.h"
#include "veilwire/net/acceptor.h"

namespace veilwire::http {

using net::Tcp;

struct Server::State final : ExchangeOwner, std::enable_shared_from_this<Server::State> {
  State(Routes with, const ServerConfig& by) : routes(std::move(with)), config(by) {}

  void take(Tcp::socket socket) {
    auto exchange = begin_exchange(std::move(socket), hosts, routes, config, *this);
    const Exchange* const key = exchange.get();
    exchanges.emplace(key, std::move(exchange));
    if (exchanges.size() >= config.max_connections) acceptor->pause();
  }

  void ended(const Exchange& exchange) override {
    exchanges.erase(&exchange);
    if (acceptor && exchanges.size() < config.max_connections) acceptor->resume();
    tell_if_stopped();
  }

  void replaced(const Exchange& exchange, std::shared_ptr<Exchange> by) override {
    exchanges.erase(&exchange);
    const Exchange* const key = by.get();
    exchanges.emplace(key, std::move(by));
  }

  void stop(std::function<void()> then) {
    stopped = std::move(then);
    acceptor.reset();
    const auto all = exchanges;
    for (const auto& [key, exchange] : all) exchange->stop();
    tell_if_stopped();
  }

  void tell_if_stopped() {
    if (!exchanges.empty()) return;
    if (const auto once = std::exchange(stopped, nullptr)) once();
  }

  void close() {
    acceptor.reset();
    for (const auto& [key, exchange] : std::exchange(exchanges, {})) exchange->abort();
  }

  const Routes routes;
  const ServerConfig config;
  std::unique_ptr<net::Acceptor> acceptor;  // none once it stops
  Endpoint address;
  Hosts hosts = Hosts::kAny;
  std::map<const Exchange*, std::shared_ptr<Exchange>> exchanges;
  std::function<void()> stopped;
};

Server::Server(std::shared_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() { state_->close(); }

std::expected<std::unique_ptr<Server>, std::string> Server::open(net::Runtime& runtime,
                                                                 const Endpoint& address,
                                                                 Routes routes,
                                                                 const ServerConfig& config) {
  auto state = std::make_shared<State>(std::move(routes), config);
  auto acceptor = net::Acceptor::open(runtime, address, [weak = std::weak_ptr(state)](auto socket) {
    if (const auto self = weak.lock(); self && self->acceptor) self->take(std::move(socket));
  });
  if (!acceptor) return std::unexpected(acceptor.error());
  state->acceptor = std::move(*acceptor);
  state->address = state->acceptor->address();
  if (is_loopback(state->address)) state->hosts = Hosts::kNotByName;
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

void Server::stop(std::function<void()> stopped) { state_->stop(std::move(stopped)); }

const Endpoint& Server::address() const { return state_->address; }

std::size_t Server::connection_count() const { return state_->exchanges.size(); }

}  // namespace veilwire::http

#include "veilwire/http/server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <set>
#include <utility>

#include "veilwire/http/exchange.h"

namespace veilwire::http {

using Tcp = boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

// After the system refused to accept (no descriptor is left, mostly) the server waits this long:
// trying again at once would take a whole core.
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
  State(boost::asio::io_context& context, Handler serve, const ServerConfig& by)
      : handler(std::move(serve)), config(by), acceptor(context), timer(context) {}

  ErrorCode open(const Tcp::endpoint& at) {
    ErrorCode error;
    acceptor.open(at.protocol(), error);
    if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error && at.protocol() == Tcp::v6()) {
      acceptor.set_option(boost::asio::ip::v6_only(true), error);
    }
    if (!error) acceptor.bind(at, error);
    if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
    return error;
  }

  void start() {
    ErrorCode ignored;
    const auto local = acceptor.local_endpoint(ignored);
    address = {local.address().to_string(), local.port()};
    if (local.address().is_loopback()) hosts = Exchange::Hosts::kNotByName;
    accept();
  }

  void accept() {
    if (accepting || exchanges.size() >= config.max_connections) return;
    accepting = true;
    acceptor.async_accept([self = shared_from_this()](const ErrorCode& error, Tcp::socket socket) {
      if (!self->acceptor.is_open()) return;
      if (error) return self->accept_later();
      self->accepting = false;
      self->take(std::move(socket));
      self->accept();
    });
  }

  void accept_later() {
    timer.expires_after(kAcceptPause);
    timer.async_wait([self = shared_from_this()](const ErrorCode& error) {
      if (error || !self->acceptor.is_open()) return;
      self->accepting = false;
      self->accept();
    });
  }

  void take(Tcp::socket socket) {
    auto exchange = std::make_shared<Exchange>(std::move(socket), hosts, handler, config,
                                               [this](const auto& finished) { remove(finished); });
    exchanges.insert(exchange);
    exchange->start();
  }

  void remove(const std::shared_ptr<Exchange>& exchange) {
    exchanges.erase(exchange);
    accept();
  }

  void close() {
    ErrorCode ignored;
    acceptor.close(ignored);
    timer.cancel();
    for (const auto& exchange : exchanges) exchange->close();
    exchanges.clear();
  }

  const Handler handler;
  const ServerConfig config;
  Tcp::acceptor acceptor;
  boost::asio::steady_timer timer;
  Endpoint address;
  Exchange::Hosts hosts = Exchange::Hosts::kAny;
  bool accepting = false;
  std::set<std::shared_ptr<Exchange>> exchanges;
};

Server::Server(std::shared_ptr<State> state) : state_(std::move(state)) { state_->start(); }

Server::~Server() { state_->close(); }

std::expected<std::unique_ptr<Server>, std::string> Server::open(boost::asio::io_context& context,
                                                                 const Endpoint& address,
                                                                 Handler handler,
                                                                 const ServerConfig& config) {
  ErrorCode error;
  const auto numeric = boost::asio::ip::make_address(address.host, error);
  if (error) return std::unexpected("'" + address.host + "' is no numeric address");
  auto state = std::make_shared<State>(context, std::move(handler), config);
  error = state->open({numeric, address.port});
  if (error) {
    return std::unexpected("cannot listen on " + to_string(address) + ": " + error.message());
  }
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

const Endpoint& Server::address() const { return state_->address; }

std::size_t Server::connection_count() const { return state_->exchanges.size(); }

}  // namespace veilwire::http

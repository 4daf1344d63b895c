// The proxy as a whole: listens, gives each connection its number, decides who is admitted, and
// ends them all. For .cpp files: it names Asio.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "veilwire/limits/admission.h"
#include "veilwire/limits/buffer_ledger.h"
#include "veilwire/net/acceptor.h"
#include "veilwire/net/listen.h"
#include "veilwire/proxy/outbound.h"
#include "veilwire/proxy/service.h"

namespace veilwire::proxy {

class Server {
 public:
  // Listening sockets that the service manager has made, by the name of what they are for: "socks",
  // "transparent". Each takes the place of the configuration's own addresses of that kind, and like
  // them serves SOCKS5 beyond loopback only with allow_remote.
  using Inherited = std::vector<std::pair<std::string, int>>;

  // What is to be done with a connection, whichever kind it is.
  struct Handle {
    std::function<void()> close;
    std::function<void()> abort;
    std::function<void()> hold_off;
    std::function<void()> go_on;
  };

  // `service` must outlive it.
  explicit Server(Service& service);
  ~Server();

  // Opens all listeners. The error is a sentence without its full stop.
  std::expected<void, std::string> open(const Inherited& inherited);

  // For connections to come. Addresses to listen on stay as they are; the sentences say what of the
  // new configuration needs a restart.
  std::vector<std::string> reload(Settings config);

  // Stops listening, lets every connection send what it has, and cuts what is left after the
  // configuration's drain time-out. `stopped` is called once nothing is left.
  void stop(std::function<void()> stopped);

  std::size_t connection_count() const { return connections_.size(); }
  const std::vector<Endpoint>& addresses() const { return service_.own_addresses.all(); }

 private:
  using AcceptorOr = std::expected<std::unique_ptr<net::Acceptor>, std::string>;

  std::expected<void, std::string> open_inbound(const InboundRoute& route);
  std::expected<void, std::string> keep(AcceptorOr acceptor);
  std::expected<void, std::string> check_reach(const Endpoint& passed) const;
  net::Acceptor::Accepted take_program(Outbound::Front front);
  net::Acceptor::NotAccepting tell_not_accepting();
  void accept_program(net::Tcp::socket socket, Outbound::Front front);
  void accept_peer(const std::shared_ptr<net::Connection>& peer, const Endpoint& program);
  ConnectionNumber begin(Direction direction);
  void ended(ConnectionNumber number);
  void abort_all();
  void holding(TimePoint now, ConnectionNumber number, std::size_t bytes);
  void relieve(TimePoint now);
  void watch_buffers();

  Service& service_;
  limits::Admission admission_;
  limits::BufferLedger buffers_;
  std::vector<std::unique_ptr<net::Acceptor>> acceptors_;
  std::vector<std::unique_ptr<net::Listener>> listeners_;
  std::map<ConnectionNumber, Handle> connections_;
  std::size_t program_count_ = 0;
  ConnectionNumber last_number_ = 0;
  bool watching_buffers_ = false;
  bool stopping_ = false;
  std::function<void()> stopped_;
  // Outlived by what is posted to the loop.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace veilwire::proxy

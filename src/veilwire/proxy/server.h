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
#include "veilwire/net/acceptor.h"
#include "veilwire/net/local_acceptor.h"
#include "veilwire/proxy/carriage/partial_messages.h"
#include "veilwire/proxy/inbound/reception.h"
#include "veilwire/proxy/outbound/outbound.h"
#include "veilwire/proxy/service.h"

namespace veilwire::proxy {

class Server final : ReadingControl {
 public:
  // Listening sockets that the service manager has made, by the name of what they are for: "socks",
  // "transparent". Each takes the place of the configuration's own addresses of that kind, and like
  // them serves SOCKS5 beyond loopback only with allow_remote.
  using Inherited = std::vector<std::pair<std::string, int>>;

  // What is to be done with a connection, whichever kind it is.
  struct Handle {
    std::function<void()> close;
    std::function<void()> abort;
    std::function<void(Side)> hold_off;
    std::function<void(Side)> go_on;
  };

  // `service` must outlive it.
  explicit Server(Service& service);
  ~Server() override;

  // Opens all listeners. The error is a sentence without its full stop.
  std::expected<void, std::string> open(const Inherited& inherited);

  // For connections to come. Addresses to listen on stay as they are; the sentences say what of the
  // new configuration needs a restart.
  std::vector<std::string> reload(Settings config);

  // Stops listening, lets every connection send what it has, and cuts what is left after the
  // configuration's drain time-out. `stopped` is called once nothing is left.
  void stop(std::function<void()> stopped);

  // Those that wait at the reception are none yet.
  std::size_t connection_count() const { return connections_.size(); }
  const PartialMessages& partial_messages() const { return partials_; }
  const std::vector<Endpoint>& addresses() const { return service_.own_addresses.all(); }
  // Whether SOCKS5 is served beyond loopback.
  bool serves_other_machines() const { return serves_other_machines_; }

 private:
  struct ReceivedPeer {
    IpAddress address;
    Endpoint program;
  };
  using AcceptorOr = std::expected<std::unique_ptr<net::Acceptor>, std::string>;

  std::expected<void, std::string> open_unix(const std::string& path);
  std::expected<void, std::string> open_inbound(const InboundRoute& route);
  std::expected<void, std::string> keep(AcceptorOr acceptor);
  std::expected<void, std::string> keep(AcceptorOr acceptor, Outbound::Front front);
  std::expected<void, std::string> check_reach(const Endpoint& passed) const;
  net::Acceptor::Accepted take_program(Outbound::Front front);
  net::Acceptor::NotAccepting tell_not_accepting();
  void accept_program(net::Tcp::socket socket, Outbound::Front front);
  bool is_served(const net::Tcp::socket& program, Outbound::Front front) const;
  // A peer has connected; has said something; is not to be served.
  void receive_peer(net::Tcp::socket socket, const Endpoint& program);
  void accept_peer(ConnectionNumber number, net::Tcp::socket socket);
  void refuse_peer(ConnectionNumber number, limits::Admittance why);
  void peer_given_up(ConnectionNumber number, Reception::GivenUp why);
  ConnectionNumber begin(Direction direction);
  void ended(ConnectionNumber number);
  void abort_all();
  void holding(TimePoint now, ConnectionNumber number, Sender sender, const IpAddress& source,
               const PartialMessages::Partial& partial) override;
  std::size_t read_limit(ConnectionNumber number, Sender sender) const override;
  void decide_on_reading(TimePoint now);
  void carry_out(const PartialMessages::Decision& decision);
  void watch_partials();

  Service& service_;
  limits::Admission admission_;
  Reception reception_;
  PartialMessages partials_;
  std::vector<std::unique_ptr<net::Acceptor>> acceptors_;
  std::vector<std::unique_ptr<net::LocalAcceptor>> local_acceptors_;
  std::map<ConnectionNumber, Handle> connections_;
  std::map<ConnectionNumber, ReceivedPeer> received_;  // who waits at the reception
  std::size_t program_count_ = 0;
  ConnectionNumber last_number_ = 0;
  std::optional<TimePoint> partials_watched_at_;  // when they are looked at next
  bool serves_other_machines_ = false;
  bool stopping_ = false;
  std::function<void()> stopped_;
  // Outlived by what is posted to the loop.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace veilwire::proxy

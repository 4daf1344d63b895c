#include "veilwire/proxy/server.h"

#include <utility>

#include "veilwire/base/escape.h"
#include "veilwire/base/ip_address.h"
#include "veilwire/proxy/admission_text.h"
#include "veilwire/proxy/inbound.h"
#include "veilwire/proxy/settings/table.h"

namespace veilwire::proxy {

using Front = Outbound::Front;

namespace {

constexpr std::string_view kSocksName = "socks";
constexpr std::string_view kTransparentName = "transparent";

template <typename Connection>
Server::Handle handle_of(const std::shared_ptr<Connection>& connection) {
  return {[connection] { connection->close(); }, [connection] { connection->abort(); },
          [connection] { connection->hold_off(); }, [connection] { connection->go_on(); }};
}

}  // namespace

Server::Server(Service& service)
    : service_(service),
      admission_(service.config.limits.admission),
      buffers_(service.config.limits.buffers) {
  service_.holding = [this](TimePoint now, ConnectionNumber number, std::size_t bytes) {
    holding(now, number, bytes);
  };
}

Server::~Server() { *alive_ = false; }

// -- Listening ------------------------------------------------------------------------------------

std::expected<void, std::string> Server::open(const Inherited& inherited) {
  for (const auto& [name, descriptor] : inherited) {
    if (name != kSocksName && name != kTransparentName) {
      return std::unexpected("the service manager passes a socket named " + quote_foreign(name) +
                             ": name it 'socks' or 'transparent'");
    }
  }
  const auto open_all = [&](std::string_view name, const std::vector<Endpoint>& addresses,
                            Front front) -> std::expected<void, std::string> {
    bool is_inherited = false;
    for (const auto& [of, descriptor] : inherited) {
      if (of != name) continue;
      is_inherited = true;
      auto kept = keep(net::Acceptor::adopt(service_.runtime, descriptor, take_program(front),
                                            tell_not_accepting()));
      if (!kept) return kept;
      if (front == Front::kSocks5) kept = check_reach(acceptors_.back()->address());
      if (!kept) return kept;
    }
    for (const Endpoint& address : addresses) {
      if (is_inherited) break;
      auto kept = keep(net::Acceptor::open(service_.runtime, address, take_program(front),
                                           tell_not_accepting()));
      if (!kept) return kept;
    }
    return {};
  };
  if (auto opened = open_all(kSocksName, service_.config.listen, Front::kSocks5); !opened)
    return opened;
  if (auto opened = open_all(kTransparentName, service_.config.transparent, Front::kRedirected);
      !opened) {
    return opened;
  }
  for (const InboundRoute& route : service_.config.inbound) {
    if (auto opened = open_inbound(route); !opened) return opened;
  }
  return {};
}

// The service manager's choice is no more trusted than the configuration's.
std::expected<void, std::string> Server::check_reach(const Endpoint& passed) const {
  if (service_.config.allow_remote || is_loopback(passed)) return {};
  return std::unexpected(
      "the service manager passes a socket at " + to_string(passed) +
      ", which would serve anybody who can reach this machine, without a password: let it listen "
      "on a loopback address such as 127.0.0.1, or give allow-remote");
}

std::expected<void, std::string> Server::keep(AcceptorOr acceptor) {
  if (!acceptor) return std::unexpected(acceptor.error());
  service_.own_addresses.add((*acceptor)->address());
  acceptors_.push_back(std::move(*acceptor));
  return {};
}

std::expected<void, std::string> Server::open_inbound(const InboundRoute& route) {
  net::ListenConfig config{.v2 = service_.v2};
  config.v2.magic = service_.network();
  auto listener = net::Listener::open(
      service_.runtime, route.listen, std::move(config), service_.keys, service_.entropy,
      [this, alive = alive_,
       program = route.program](const std::shared_ptr<net::Connection>& peer) {
        if (*alive && !stopping_) accept_peer(peer, program);
      },
      tell_not_accepting());
  if (!listener) return std::unexpected(listener.error());
  service_.own_addresses.add((*listener)->address());
  listeners_.push_back(std::move(*listener));
  return {};
}

net::Acceptor::Accepted Server::take_program(Front front) {
  return [this, alive = alive_, front](net::Tcp::socket socket) {
    if (*alive && !stopping_) accept_program(std::move(socket), front);
  };
}

net::Acceptor::NotAccepting Server::tell_not_accepting() {
  return [this, alive = alive_](std::string_view why) {
    if (*alive) service_.observer.on(NotAccepting{why});
  };
}

// -- Connections ----------------------------------------------------------------------------------

ConnectionNumber Server::begin(Direction direction) {
  service_.observer.on(Accepted{++last_number_, direction});
  return last_number_;
}

void Server::accept_program(net::Tcp::socket socket, Front front) {
  const ConnectionNumber number = begin(Direction::kOutbound);
  if (program_count_ >= service_.config.limits.program_connections) {
    service_.observer.on(
        Refused{number, Refusal::kAdmission,
                "too many connections from programs (limits.program_connections)"});
    return service_.observer.on(Ended{number, "not admitted"});
  }
  ++program_count_;
  const auto outbound = std::make_shared<Outbound>(service_, number, front, std::move(socket));
  connections_[number] = handle_of(outbound);
  outbound->start([this, number] {
    --program_count_;
    ended(number);
  });
}

void Server::accept_peer(const std::shared_ptr<net::Connection>& peer, const Endpoint& program) {
  const ConnectionNumber number = begin(Direction::kInbound);
  const IpAddress address = IpAddress::parse(peer->remote().host).value_or(IpAddress());
  if (const limits::Admittance admittance = admission_.admit(net::now(), address);
      admittance != limits::Admittance::kAdmitted) {
    service_.observer.on(Refused{number, Refusal::kAdmission, admission_text(admittance, address)});
    return service_.observer.on(Ended{number, "not admitted"});
  }
  const auto inbound = std::make_shared<Inbound>(
      service_, number, peer, program,
      service_.config.preserve_source ? SourceAddress::kPreserve : SourceAddress::kByGroup);
  connections_[number] = handle_of(inbound);
  inbound->start({.handshake_done = [this, address] { admission_.handshake_done(address); },
                  .done =
                      [this, number, address] {
                        admission_.closed(address);
                        ended(number);
                      }});
}

// Later: the connection is calling.
void Server::ended(ConnectionNumber number) {
  service_.runtime.post([this, alive = alive_, number] {
    if (!*alive) return;
    connections_.erase(number);
    buffers_.remove(number);
    relieve(net::now());
    if (stopped_ && connections_.empty()) std::exchange(stopped_, nullptr)();
  });
}

// -- Memory for messages that have not come whole -------------------------------------------------

void Server::holding(TimePoint now, ConnectionNumber number, std::size_t bytes) {
  buffers_.set(number, bytes);
  relieve(now);
}

void Server::relieve(TimePoint now) {
  while (const auto decision = buffers_.poll(now)) {
    const auto place = connections_.find(decision->id);
    if (place == connections_.end()) continue;
    switch (decision->step) {
      case limits::BufferLedger::Step::kStopReading:
        place->second.hold_off();
        break;
      case limits::BufferLedger::Step::kResumeReading:
        place->second.go_on();
        break;
      case limits::BufferLedger::Step::kClose:
        place->second.abort();
        break;
    }
  }
  if (buffers_.next_deadline() && !watching_buffers_) watch_buffers();
}

void Server::watch_buffers() {
  watching_buffers_ = true;
  service_.runtime.after(*buffers_.next_deadline() - net::now(), [this, alive = alive_] {
    if (!*alive) return;
    watching_buffers_ = false;
    relieve(net::now());
  });
}

// -- While it runs --------------------------------------------------------------------------------

std::vector<std::string> Server::reload(Settings config) {
  Settings& now = service_.config;
  std::vector<std::string> notices;
  for (const std::string& name : keep_until_restart(now, config)) {
    notices.push_back(name + " changes only with a restart");
  }
  now = std::move(config);
  admission_.set_limits(now.limits.admission);
  return notices;
}

void Server::stop(std::function<void()> stopped) {
  stopping_ = true;
  acceptors_.clear();
  listeners_.clear();
  if (connections_.empty()) return service_.runtime.post(std::move(stopped));
  stopped_ = std::move(stopped);
  service_.runtime.after(service_.config.limits.drain_timeout, [this, alive = alive_] {
    if (*alive) abort_all();
  });
  const auto connections = connections_;
  for (const auto& [number, handle] : connections) handle.close();
}

void Server::abort_all() {
  const auto connections = connections_;
  for (const auto& [number, handle] : connections) handle.abort();
}

}  // namespace veilwire::proxy

#include "veilwire/proxy/server.h"

#include <algorithm>
#include <utility>

#include "veilwire/base/escape.h"
#include "veilwire/base/ip_address.h"
#include "veilwire/proxy/inbound/admission_text.h"
#include "veilwire/proxy/inbound/inbound.h"
#include "veilwire/proxy/settings/table.h"
#include "veilwire/transport/responder.h"

namespace veilwire::proxy {

using Front = Outbound::Front;

namespace {

constexpr std::string_view kSocksName = "socks";
constexpr std::string_view kTransparentName = "transparent";

template <typename Connection>
Server::Handle handle_of(const std::shared_ptr<Connection>& connection) {
  return {[connection] { connection->close(); }, [connection] { connection->abort(); },
          [connection](Side from) { connection->hold_off(from); },
          [connection](Side from) { connection->go_on(from); }};
}

std::string_view given_up_text(Reception::GivenUp why) {
  switch (why) {
    case Reception::GivenUp::kGone:
      return "the peer closed the connection before it said anything";
    case Reception::GivenUp::kGaveWay:
      return "the peer said nothing, and gave way to another one";
    case Reception::GivenUp::kSilent:
      return "the peer said nothing";
  }
  return "";
}

// What a peer may take for its handshake it may take for the first byte of it.
limits::AdmissionLimits admission_limits(const ProxyLimits& limits) {
  limits::AdmissionLimits out = limits.admission;
  out.first_byte_timeout = limits.handshake_timeout;
  return out;
}

}  // namespace

Server::Server(Service& service)
    : service_(service),
      admission_(admission_limits(service.config.limits)),
      reception_(
          service.runtime, admission_,
          {.spoke = [this](ConnectionNumber number,
                           net::Tcp::socket socket) { accept_peer(number, std::move(socket)); },
           .refused = [this](ConnectionNumber number,
                             limits::Admittance why) { refuse_peer(number, why); },
           .given_up = [this](ConnectionNumber number,
                              Reception::GivenUp why) { peer_given_up(number, why); }}),
      partials_(service.config.limits.buffers) {
  service_.reading = this;
}

Server::~Server() {
  *alive_ = false;
  service_.reading = nullptr;
}

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
                                            tell_not_accepting()),
                       front);
      if (!kept) return kept;
      if (front == Front::kSocks5) kept = check_reach(acceptors_.back()->address());
      if (!kept) return kept;
    }
    for (const Endpoint& address : addresses) {
      if (is_inherited) break;
      auto kept = keep(
          net::Acceptor::open(service_.runtime, address, take_program(front), tell_not_accepting()),
          front);
      if (!kept) return kept;
    }
    return {};
  };
  if (auto opened = open_all(kSocksName, service_.config.listen, Front::kSocks5); !opened)
    return opened;
  for (const std::string& path : service_.config.listen_unix) {
    if (auto opened = open_unix(path); !opened) return opened;
  }
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

std::expected<void, std::string> Server::keep(AcceptorOr acceptor, Front front) {
  auto kept = keep(std::move(acceptor));
  if (kept && front == Front::kSocks5 && !is_loopback(acceptors_.back()->address()))
    serves_other_machines_ = true;
  return kept;
}

std::expected<void, std::string> Server::open_unix(const std::string& path) {
  auto acceptor = net::LocalAcceptor::open(service_.runtime, path, take_program(Front::kSocks5),
                                           tell_not_accepting());
  if (!acceptor) return std::unexpected(acceptor.error());
  local_acceptors_.push_back(std::move(*acceptor));
  return {};
}

std::expected<void, std::string> Server::open_inbound(const InboundRoute& route) {
  return keep(net::Acceptor::open(
      service_.runtime, route.listen,
      [this, alive = alive_, program = route.program](net::Tcp::socket socket) {
        if (*alive && !stopping_) receive_peer(std::move(socket), program);
      },
      tell_not_accepting()));
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

// Who is on this machine is, through whichever socket.
bool Server::is_served(const net::Tcp::socket& program, Front front) const {
  const auto& clients = service_.config.clients;
  const auto from = IpAddress::parse(net::remote_of(program).host);
  if (front != Front::kSocks5 || clients.empty() || !from || from->is_loopback()) return true;
  return std::ranges::any_of(clients,
                             [&](const AddressRange& range) { return range.contains(*from); });
}

void Server::accept_program(net::Tcp::socket socket, Front front) {
  const ConnectionNumber number = begin(Direction::kOutbound);
  if (!is_served(socket, front)) {
    service_.observer.on(Refused{number, Refusal::kClientNotServed,
                                 "the program is on a machine that clients does not name"});
    return service_.observer.on(Ended{number, "not served"});
  }
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

void Server::receive_peer(net::Tcp::socket socket, const Endpoint& program) {
  const ConnectionNumber number = begin(Direction::kInbound);
  const IpAddress address = IpAddress::parse(net::remote_of(socket).host).value_or(IpAddress());
  received_.emplace(number, ReceivedPeer{address, program});
  reception_.arrive(number, std::move(socket));
}

void Server::accept_peer(ConnectionNumber number, net::Tcp::socket socket) {
  const Endpoint program = received_.extract(number).mapped().program;
  transport::V2Config v2 = service_.v2;
  v2.magic = service_.network();
  const auto peer = net::make_connection(
      std::move(socket), std::make_unique<transport::Responder>(
                             std::move(v2), service_.keys, service_.entropy, net::now(),
                             transport::V1Policy::kAccept, service_.v1_config(service_.network())));
  const auto inbound = std::make_shared<Inbound>(
      service_, number, peer, program,
      service_.config.preserve_source ? SourceAddress::kPreserve : SourceAddress::kByGroup);
  connections_[number] = handle_of(inbound);
  inbound->start({.handshake_done = [this, number] { admission_.handshake_done(number); },
                  .done =
                      [this, number] {
                        admission_.closed(number);
                        ended(number);
                      }});
}

void Server::refuse_peer(ConnectionNumber number, limits::Admittance why) {
  received_.erase(number);
  service_.observer.on(Refused{number, Refusal::kAdmission, admission_text(why)});
  service_.observer.on(Ended{number, "not admitted"});
}

void Server::peer_given_up(ConnectionNumber number, Reception::GivenUp why) {
  received_.erase(number);
  service_.observer.on(Ended{number, given_up_text(why)});
  if (stopped_ && connections_.empty() && received_.empty()) std::exchange(stopped_, nullptr)();
}

// Later: the connection is calling.
void Server::ended(ConnectionNumber number) {
  service_.runtime.post([this, alive = alive_, number] {
    if (!*alive) return;
    connections_.erase(number);
    partials_.remove(number);
    decide_on_reading(net::now());
    if (stopped_ && connections_.empty() && received_.empty()) std::exchange(stopped_, nullptr)();
  });
}

// -- Memory for messages that have not come whole -------------------------------------------------

void Server::holding(TimePoint now, ConnectionNumber number, Sender sender, const IpAddress& source,
                     const PartialMessages::Partial& partial) {
  partials_.set(now, sender, number, source, partial);
  decide_on_reading(now);
}

std::size_t Server::read_limit(ConnectionNumber number, Sender sender) const {
  return partials_.read_limit(sender, number);
}

void Server::decide_on_reading(TimePoint now) {
  while (const auto decision = partials_.poll(now)) carry_out(*decision);
  watch_partials();
}

void Server::carry_out(const PartialMessages::Decision& decision) {
  using Step = PartialMessages::Step;
  const auto [id, step, bytes] = decision.what;
  const auto place = connections_.find(id);
  if (place == connections_.end()) return;
  service_.observer.on(ReadingDecided{id, decision.sender, step, bytes});
  const Side from = decision.sender == Sender::kProgram ? Side::kProgram : Side::kPeer;
  if (step == Step::kStopReading) {
    place->second.hold_off(from);
  } else if (step == Step::kResumeReading) {
    place->second.go_on(from);
  } else {
    place->second.abort();
  }
}

// Timers are not taken back: one that comes too early looks once in vain.
void Server::watch_partials() {
  const auto at = partials_.next_deadline();
  if (!at || (partials_watched_at_ && *partials_watched_at_ <= *at)) return;
  partials_watched_at_ = at;
  const Duration wait = std::max<Duration>(*at - net::now(), Duration{});
  service_.runtime.after(wait, [this, alive = alive_, at = *at] {
    if (!*alive || partials_watched_at_ != at) return;
    partials_watched_at_.reset();
    decide_on_reading(net::now());
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
  admission_.set_limits(admission_limits(now.limits));
  return notices;
}

void Server::stop(std::function<void()> stopped) {
  stopping_ = true;
  acceptors_.clear();
  local_acceptors_.clear();
  reception_.clear();
  if (connections_.empty() && received_.empty()) return service_.runtime.post(std::move(stopped));
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

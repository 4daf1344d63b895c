#include "veilwire/proxy/outbound.h"

#include <algorithm>
#include <array>
#include <utility>

#include "veilwire/base/ip_address.h"
#include "veilwire/net/dial_text.h"
#include "veilwire/net/resolve.h"
#include "veilwire/proxy/first_bytes.h"
#include "veilwire/proxy/original_destination.h"
#include "veilwire/proxy/report/end_text.h"
#include "veilwire/transport/v1_transport.h"

namespace veilwire::proxy {

using net::ErrorCode;
using net::Socks5Reply;
using net::Tcp;

namespace {

// One read of a program's first bytes takes at most this; the rest waits in the socket.
constexpr std::size_t kFirstReadBytes = 4096;

constexpr std::string_view kComesBack = "the firewall redirects the proxy's own connections to it";

Socks5Reply reply_for(net::DialError error) {
  switch (error) {
    case net::DialError::kRefused:
      return Socks5Reply::kRefused;
    case net::DialError::kUnreachable:
      return Socks5Reply::kHostUnreachable;
    case net::DialError::kTimedOut:
      return Socks5Reply::kTtlExpired;
    default:
      return Socks5Reply::kGeneralFailure;
  }
}

// A socket for both families has other words for the same ends.
Link link_of(const Endpoint& from, const Endpoint& to) { return {canonical(from), canonical(to)}; }

}  // namespace

Outbound::Outbound(Service& service, ConnectionNumber number, Front kind, Tcp::socket program)
    : service_(service),
      number_(number),
      kind_(kind),
      front_(std::make_shared<SocksFront>(std::move(program))),
      strand_(*front_->socket().get_executor().target<net::Strand>()),
      timer_(strand_),
      program_link_(link_of(net::remote_of(front_->socket()), net::local_of(front_->socket()))) {}

void Outbound::start(std::function<void()> done) {
  done_ = std::move(done);
  if (kind_ == Front::kRedirected) return start_redirected();
  if (!service_.loops.accepted(program_link_)) {
    return refuse(Refusal::kToItself, "the target is this proxy");
  }
  front_->start([self = shared_from_this()](auto request) { self->asked(std::move(request)); });
}

void Outbound::start_redirected() {
  const auto target = original_destination(front_->socket());
  if (!target) return refuse(Refusal::kNotRedirected, target.error());
  program_link_.to = canonical(*target);
  if (!service_.loops.accepted(program_link_)) return refuse(Refusal::kToItself, kComesBack);
  // Later: if it is a connection of ours, its other end is about to be told that it is connected,
  // and it must not make another one.
  boost::asio::post(strand_, [self = shared_from_this(), target = *target] {
    if (!self->done_) return;
    if (self->service_.loops.is_own(self->program_link_)) {
      return self->refuse(Refusal::kToItself, kComesBack);
    }
    self->go_to(target);
  });
}

// -- The request ----------------------------------------------------------------------------------

void Outbound::asked(std::expected<net::Socks5Request, SocksFront::NoRequest> request) {
  if (!done_) return;
  // Whoever only looks whether the port is open has done nothing wrong.
  if (!request && !request.error()) {
    return finish("the program went away before it asked for anything");
  }
  if (!request) return refuse(Refusal::kNotSocks5, net::socks5_fault_text(*request.error()));
  first_bytes_ = front_->first_bytes();
  user_ = request->user;
  password_ = request->password;
  go_to(request->target);
}

void Outbound::go_to(const Endpoint& target) {
  target_ = service_.config.map.find(target);
  upstream_ = upstream_for_login();
  answer_by_ = net::now() + service_.config.limits.connect_timeout;
  service_.observer.on(Targeted{number_, target_});
  choose_route();
}

void Outbound::choose_route() {
  if (is_hidden_service(target_.host) && !upstream_) {
    return refuse(Refusal::kNeedsUpstream, "a hidden service needs an upstream proxy",
                  Socks5Reply::kHostUnreachable);
  }
  if (service_.own_addresses.is_reached_by(target_)) {
    return refuse(Refusal::kToItself, "the target is this proxy", Socks5Reply::kNotAllowed);
  }
  if (upstream_ || net::is_numeric(target_.host)) {
    addresses_ = {target_};
    return connect_next();
  }
  resolve_target();
}

// Through an upstream the connection does not tell where the target is.
bool Outbound::leads_to_this_machine(const Link& link) const {
  return !upstream_ && service_.own_addresses.is_end_of(link);
}

void Outbound::resolve_target() {
  net::resolve(service_.runtime, target_, time_to_answer(),
               [self = shared_from_this()](auto addresses) {
                 boost::asio::post(self->strand_, [self, addresses = std::move(addresses)] {
                   if (!self->done_) return;
                   if (!addresses) {
                     return self->refuse(Refusal::kUnresolved, addresses.error(),
                                         Socks5Reply::kHostUnreachable);
                   }
                   self->addresses_.assign(addresses->rbegin(), addresses->rend());
                   self->connect_next();
                 });
               });
}

// -- The connection -------------------------------------------------------------------------------

Duration Outbound::time_to_answer() const {
  return std::max<Duration>(answer_by_ - net::now(), std::chrono::milliseconds(1));
}

// Programs ask for isolated streams by the login that they use. The operator's own is one that the
// upstream checks: it would refuse theirs.
std::optional<net::Socks5Proxy> Outbound::upstream_for_login() const {
  auto upstream = service_.config.upstream;
  if (upstream && upstream->user.empty() && !user_.empty()) {
    upstream->user = user_;
    upstream->password = password_;
  }
  return upstream;
}

void Outbound::connect_next() {
  address_ = addresses_.back();
  addresses_.pop_back();
  policy_ = service_.config.policies.of_resolved(target_.host, address_.host);
  if (service_.own_addresses.is_reached_by(address_)) {
    return refuse(Refusal::kToItself, "the target is this proxy", Socks5Reply::kNotAllowed);
  }
  if (kind_ == Front::kSocks5 && service_.config.passthrough == Passthrough::kRefuse) {
    return dial_before_answer();
  }
  connect_to(address_);
}

void Outbound::connect_to(const Endpoint& address) {
  const net::StreamConfig config{
      .proxy = upstream_,
      .connect_timeout = std::min(net::kConnectTimeout, time_to_answer()),
      .proxy_timeout = time_to_answer()};
  dial_ = net::dial_stream(strand_, address, config, [self = shared_from_this()](auto stream) {
    self->dial_.reset();
    if (!self->done_) return;
    if (stream) {
      self->connected(std::move(*stream));
    } else {
      self->not_connected(stream.error());
    }
  });
}

void Outbound::not_connected(const net::StreamFailure& failure) {
  if (!addresses_.empty()) return connect_next();
  const std::string text = net::failure_text(
      {.phase = failure.phase, .error = failure.error, .text = {}}, failure.detail);
  refuse(Refusal::kTargetUnreachable, text, reply_for(failure.error));
}

void Outbound::connected(net::Stream stream) {
  stream_.emplace(std::move(stream));
  const Link link = link_of(net::local_of(stream_->socket), net::remote_of(stream_->socket));
  if (leads_to_this_machine(link) || !service_.loops.dialled(link)) {
    return refuse(Refusal::kToItself, "the connection came back to the proxy",
                  Socks5Reply::kNotAllowed);
  }
  dialled_link_ = link;
  answer(Socks5Reply::kSucceeded, link.from);
  if (!stream_->first.empty() && !limits_clear_text()) {
    return pass_through(PassthroughReason::kTargetSpokeFirst);
  }
  wait_for_first_bytes();
}

// -- The first bytes ------------------------------------------------------------------------------

void Outbound::wait_for_first_bytes() {
  watching_ = true;
  ErrorCode ignored;
  stream_->socket.non_blocking(true, ignored);
  timer_.expires_after(kFirstBytesTimeout);
  timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (!error && self->watching_) self->pass_through(PassthroughReason::kNobodySpoke);
  });
  watch(stream_->socket, &Outbound::hear_target);
  judge_first_bytes();
}

void Outbound::watch(Tcp::socket& socket, void (Outbound::*heard)()) {
  socket.async_wait(Tcp::socket::wait_read,
                    [self = shared_from_this(), heard](const ErrorCode& error) {
                      if (!error && self->watching_) (self.get()->*heard)();
                    });
}

void Outbound::hear_program() {
  const std::size_t before = first_bytes_.size();
  first_bytes_.resize(before + kFirstReadBytes);
  ErrorCode error;
  const std::size_t count = front_->socket().read_some(
      boost::asio::buffer(first_bytes_.data() + before, kFirstReadBytes), error);
  first_bytes_.resize(before + count);
  if (error && error != boost::asio::error::would_block) {
    return finish("the program closed the connection before it said anything");
  }
  judge_first_bytes();
}

void Outbound::judge_first_bytes() {
  switch (speech_of(first_bytes_)) {
    case Speech::kUndecided:
      return watch(front_->socket(), &Outbound::hear_program);
    case Speech::kVersion1:
      return translate();
    case Speech::kOther:
      return pass_through(PassthroughReason::kProgramNotV1);
  }
}

// Whoever stands between could make any target speak first: where clear text is limited it is the
// program's own bytes that count, and those of a version 1 program then meet version 2 or nothing.
void Outbound::hear_target() {
  std::array<std::uint8_t, 1> byte;
  ErrorCode error;
  stream_->socket.receive(boost::asio::buffer(byte), Tcp::socket::message_peek, error);
  if (error == boost::asio::error::would_block)
    return watch(stream_->socket, &Outbound::hear_target);
  if (error) return finish("the target closed the connection before anything was said");
  if (!limits_clear_text()) pass_through(PassthroughReason::kTargetSpokeFirst);
}

bool Outbound::limits_clear_text() const {
  return in_clear(policy_) != InClear::kEverything ||
         (service_.downgrades != nullptr && service_.config.on_downgrade == OnDowngrade::kRefuse);
}

void Outbound::stop_watching() {
  watching_ = false;
  timer_.cancel();
  ErrorCode ignored;
  front_->socket().cancel(ignored);
  stream_->socket.cancel(ignored);
}

void Outbound::pass_through(PassthroughReason reason) {
  if (service_.config.passthrough == Passthrough::kRefuse ||
      (reason != PassthroughReason::kProgramNotV1 && limits_clear_text())) {
    return refuse(Refusal::kPassthroughRefused,
                  "what is said is not version 1, and is not carried");
  }
  stop_watching();
  service_.observer.on(PassedThrough{number_, reason});
  const Bytes from_peer = std::move(stream_->first);
  tunnel_ = std::make_shared<Tunnel>(
      std::move(front_->socket()), std::move(stream_->socket),
      [self = shared_from_this()](const Tunnel::Counts& counts) {
        self->service_.observer.on(BytesPassedThrough{Side::kProgram, counts.from_program});
        self->service_.observer.on(BytesPassedThrough{Side::kPeer, counts.from_peer});
        self->finish("the connection ended");
      });
  stream_.reset();
  tunnel_->start(first_bytes_, from_peer);
}

// -- Translation ----------------------------------------------------------------------------------

net::DialConfig Outbound::dial_config() {
  net::DialConfig config{.policy = dial_policy(policy_), .v2 = service_.v2, .proxy = upstream_};
  config.v2.magic = magic_;
  remembered_v1_ = false;
  spoke_v2_ = SpokeV2::kNo;
  if (!answered_) {
    config.connect_timeout = std::min(net::kConnectTimeout, time_to_answer());
    config.proxy_timeout = time_to_answer();
  }
  if (config.policy == transport::DialPolicy::kPreferV2) config.policy = prefer_v2();
  return config;
}

// What "version 2, then version 1" comes to for this target. Where a downgrade is to be refused it
// must not be tried: by the time the peer's `version` tells of it, the program's own has gone out
// in the clear, and whoever listens need not answer.
transport::DialPolicy Outbound::prefer_v2() {
  if (service_.config.on_downgrade == OnDowngrade::kRefuse) {
    spoke_v2_ = service_.once_spoke_v2(target_);
    if (spoke_v2_ != SpokeV2::kNo) return transport::DialPolicy::kV2Only;
  }
  remembered_v1_ = service_.recent_v1.contains(net::now(), target_);
  return remembered_v1_ ? transport::DialPolicy::kV1Only : transport::DialPolicy::kPreferV2;
}

void Outbound::translate() {
  stop_watching();
  magic_ = magic_of(first_bytes_);
  if (service_.config.network && *service_.config.network != magic_) {
    return refuse(Refusal::kOtherNetwork, "the program speaks for a network that is not served");
  }
  dial_ = net::dial_over(
      strand_, std::move(*stream_), address_, dial_config(), service_.keys, service_.entropy,
      [self = shared_from_this()](auto result) { self->dialled(std::move(result)); });
  stream_.reset();
}

void Outbound::dial_before_answer() {
  magic_ = service_.network();
  dial_ =
      net::dial_on(strand_, address_, dial_config(), service_.keys, service_.entropy,
                   [self = shared_from_this()](auto result) { self->dialled(std::move(result)); });
}

void Outbound::dialled(std::expected<net::Dialled, net::DialFailure> result) {
  dial_.reset();
  if (!done_) return;
  if (!result) return dial_failed(result.error());
  if (leads_to_this_machine({result->connection->local(), result->connection->remote()})) {
    return refuse(Refusal::kToItself, "the target is this proxy", Socks5Reply::kNotAllowed);
  }
  answer(Socks5Reply::kSucceeded, result->connection->local());
  join(std::move(*result));
}

void Outbound::dial_failed(const net::DialFailure& failure) {
  const bool by_handshake = failure.phase == net::DialPhase::kHandshake;
  if (!by_handshake && !addresses_.empty() && !answered_) return connect_next();
  if (!by_handshake) {
    return refuse(Refusal::kTargetUnreachable, failure.text, reply_for(failure.error));
  }
  const bool said_nothing =
      failure.bytes_received == 0 &&
      (failure.error == net::DialError::kPeerClosed || failure.error == net::DialError::kTimedOut);
  if (spoke_v2_ != SpokeV2::kNo && said_nothing) return refuse_downgrade(failure);
  const bool speaks_v1 = in_clear(policy_) == InClear::kNothing &&
                         failure.error == net::DialError::kPeerClosed &&
                         failure.bytes_received == 0;
  refuse(speaks_v1 ? Refusal::kVersion1Refused : Refusal::kHandshakeFailed, failure.text,
         speaks_v1 ? Socks5Reply::kNotAllowed : Socks5Reply::kGeneralFailure);
}

// Version 1 would have come next.
void Outbound::refuse_downgrade(const net::DialFailure& failure) {
  if (spoke_v2_ == SpokeV2::kUnknown) {
    return refuse(Refusal::kVersion1Refused,
                  "whether the peer once spoke version 2 cannot be read, and so version 1 is not "
                  "tried: " +
                      failure.text,
                  Socks5Reply::kNotAllowed);
  }
  service_.observer.on(Downgraded{number_, OnDowngrade::kRefuse});
  refuse(Refusal::kDowngraded,
         "the peer once spoke version 2, and so version 1 is not tried: " + failure.text,
         Socks5Reply::kNotAllowed);
}

void Outbound::join(net::Dialled dialled) {
  const transport::Info info = dialled.connection->info();
  service_.observer.on(Joined{number_, info.version, dialled.reason, info.session_id,
                              dialled.handshake_duration, remembered_v1_});
  auto program = net::make_connection(
      std::move(front_->socket()),
      std::make_unique<transport::V1Transport>(transport::Role::kResponder,
                                               transport::V1Config{magic_}, net::now()),
      first_bytes_);
  first_bytes_ = {};
  gate_ = std::make_unique<SessionGate>(
      service_,
      SessionGate::Session{
          .number = number_,
          .direction = Direction::kOutbound,
          .peer = target_,
          .version = info.version,
          .reason = dialled.reason,
          .policy = policy_,
          .peer_address = upstream_ ? std::nullopt : wire::NetEndpoint::of_socket(address_)});
  relay_ = std::make_shared<Relay>(std::move(program), std::move(dialled.connection), *gate_,
                                   [self = shared_from_this()](const RelayEnd& end) {
                                     self->gate_->tell_counts(*self->relay_);
                                     self->finish(end_text(end));
                                   });
  gate_->set_relay(relay_);
  relay_->start();
}

// -- The end --------------------------------------------------------------------------------------

void Outbound::answer(Socks5Reply reply, const Endpoint& bound) {
  if (!std::exchange(answered_, true) && kind_ == Front::kSocks5) front_->reply(reply, bound);
}

void Outbound::refuse(Refusal why, std::string_view text, std::optional<Socks5Reply> reply) {
  service_.observer.on(Refused{number_, why, text});
  if (reply) answer(*reply);
  finish(text);
}

void Outbound::close() {
  if (relay_ != nullptr) return relay_->close();
  if (tunnel_ != nullptr) return tunnel_->close();
  abort();
}

void Outbound::abort() {
  if (dial_ != nullptr) dial_->cancel();
  if (relay_ != nullptr) return relay_->abort();
  if (tunnel_ != nullptr) return tunnel_->abort();
  finish("the proxy is stopping");
}

void Outbound::finish(std::string_view text) {
  const auto done = std::exchange(done_, nullptr);
  if (!done) return;
  watching_ = false;
  timer_.cancel();
  front_->close();
  stream_.reset();
  service_.loops.accepted_ended(program_link_);
  if (dialled_link_) service_.loops.dialled_ended(*dialled_link_);
  service_.observer.on(Ended{number_, text});
  relay_.reset();
  tunnel_.reset();
  done();
}

}  // namespace veilwire::proxy

#include "veilwire/proxy/inbound/inbound.h"

#include <utility>

#include "veilwire/net/dial_text.h"
#include "veilwire/proxy/carriage/end_text.h"
#include "veilwire/transport/v1_transport.h"

namespace veilwire::proxy {

Inbound::Inbound(Service& service, ConnectionNumber number, std::shared_ptr<net::Connection> peer,
                 const Endpoint& program, SourceAddress source)
    : service_(service),
      number_(number),
      peer_address_(peer->remote()),
      program_(program),
      source_(source),
      policy_(service.config.policies.of(peer_address_.host)),
      state_(Handshaking{std::move(peer), nullptr}) {}

void Inbound::start(Callbacks callbacks) {
  done_ = std::move(callbacks.done);
  auto& handshaking = std::get<Handshaking>(state_);
  handshaking.done = std::move(callbacks.handshake_done);
  service_.observer.on(Targeted{number_, peer_address_});
  handshaking.peer->start(shared_from_this());
}

// REQUIRES: it is handshaking. Gives back the peer, for which there is a state to come.
std::shared_ptr<net::Connection> Inbound::handshake_ended() {
  const Handshaking handshaking = std::get<Handshaking>(std::exchange(state_, Over()));
  handshaking.done();
  return handshaking.peer;
}

// The peer has said in which version it speaks: from here on the relay is its user.
void Inbound::on_event(TimePoint, const transport::Event& event) {
  const auto keep = shared_from_this();
  auto peer = handshake_ended();
  peer->release(event);
  if (peer->info().version == transport::Version::kV1 && in_clear(policy_) == InClear::kNothing) {
    constexpr std::string_view kText = "the peer speaks version 1, and the policy wants version 2";
    service_.observer.on(Refused{number_, Refusal::kVersion1Refused, kText});
    return finish(kText);
  }
  dial_program(std::move(peer));
}

void Inbound::on_end(const net::End& end) {
  const auto peer = handshake_ended();
  const std::string text = end_text(end);
  if (end.reason != net::EndReason::kOurs) {
    service_.observer.on(Refused{number_, Refusal::kHandshakeFailed, text});
  }
  finish(text);
}

void Inbound::dial_program(std::shared_ptr<net::Connection> peer) {
  const net::StreamConfig config{.prepare = [this](auto& socket) {
    return bind_source(socket, source_, peer_address_, program_);
  }};
  const net::Strand strand = net::strand_of(*peer);
  auto dial = net::dial_stream(strand, program_, config, [self = shared_from_this()](auto stream) {
    if (!std::holds_alternative<Dialling>(self->state_)) return;
    if (!stream) return self->program_unreachable(stream.error());
    self->program_connected(std::move(*stream));
  });
  state_ = Dialling{std::move(peer), std::move(dial)};
}

void Inbound::program_unreachable(const net::StreamFailure& failure) {
  const std::string text = net::failure_text({.error = failure.error, .text = {}}, failure.detail);
  service_.observer.on(Refused{number_, Refusal::kProgramUnreachable, text});
  finish(text);
}

void Inbound::program_connected(net::Stream stream) {
  auto peer = std::move(std::get<Dialling>(state_).peer);
  const transport::Info info = peer->info();
  service_.observer.on(Joined{.number = number_,
                              .version = info.version,
                              .session_id = info.session_id,
                              .handshake_duration = info.handshake_duration.value_or(Duration{})});
  auto program = net::make_connection(
      std::move(stream.socket),
      std::make_unique<transport::V1Transport>(transport::Role::kInitiator,
                                               service_.v1_config(service_.network()), net::now()));
  RelayFacts facts{.number = number_,
                   .direction = Direction::kInbound,
                   .peer = peer_address_,
                   .version = info.version,
                   .policy = policy_,
                   .peer_address = wire::NetEndpoint::of_socket(peer_address_)};
  auto relayed =
      Relayed::make(service_, std::move(facts), {std::move(program), std::move(peer)},
                    [self = shared_from_this()](std::string_view text) { self->finish(text); });
  state_ = Relaying{relayed};
  relayed->start();
}

void Inbound::hold_off(Side from) {
  if (auto* relaying = std::get_if<Relaying>(&state_)) relaying->relayed->hold_off(from);
}

void Inbound::go_on(Side from) {
  if (auto* relaying = std::get_if<Relaying>(&state_)) relaying->relayed->go_on(from);
}

void Inbound::close() {
  if (auto* relaying = std::get_if<Relaying>(&state_)) return relaying->relayed->close();
  abort();
}

// A connection that has a user tells of its end by itself.
void Inbound::abort() {
  if (auto* handshaking = std::get_if<Handshaking>(&state_)) return handshaking->peer->abort();
  if (auto* relaying = std::get_if<Relaying>(&state_)) return relaying->relayed->abort();
  finish("the proxy is stopping");
}

void Inbound::finish(std::string_view text) {
  const auto done = std::exchange(done_, nullptr);
  if (!done) return;
  const auto keep = shared_from_this();
  const State last = std::exchange(state_, Over());
  if (const auto* dialling = std::get_if<Dialling>(&last)) dialling->dial->cancel();
  service_.observer.on(Ended{number_, text});
  done();
}

}  // namespace veilwire::proxy

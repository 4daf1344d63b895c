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
      peer_(std::move(peer)),
      peer_address_(peer_->remote()),
      program_(program),
      source_(source),
      policy_(service.config.policies.of(peer_address_.host)) {}

void Inbound::start(Callbacks callbacks) {
  callbacks_ = std::move(callbacks);
  service_.observer.on(Targeted{number_, peer_address_});
  peer_->start(shared_from_this());
}

// The peer has said in which version it speaks: from here on the relay is its user.
void Inbound::on_event(TimePoint, const transport::Event& event) {
  const auto keep = shared_from_this();
  peer_->release(event);
  std::exchange(callbacks_.handshake_done, nullptr)();
  if (peer_->info().version == transport::Version::kV1 && in_clear(policy_) == InClear::kNothing) {
    constexpr std::string_view kText = "the peer speaks version 1, and the policy wants version 2";
    service_.observer.on(Refused{number_, Refusal::kVersion1Refused, kText});
    return finish(kText);
  }
  dial_program();
}

void Inbound::on_end(const net::End& end) {
  std::exchange(callbacks_.handshake_done, nullptr)();
  const std::string text = end_text(end);
  if (end.reason != net::EndReason::kOurs) {
    service_.observer.on(Refused{number_, Refusal::kHandshakeFailed, text});
  }
  finish(text);
}

void Inbound::dial_program() {
  const net::StreamConfig config{.prepare = [this](auto& socket) {
    return bind_source(socket, source_, peer_address_, program_);
  }};
  dial_ = net::dial_stream(
      net::strand_of(*peer_), program_, config, [self = shared_from_this()](auto stream) {
        self->dial_.reset();
        if (!self->callbacks_.done) return;
        if (stream) return self->program_connected(std::move(*stream));
        const std::string text =
            net::failure_text({.error = stream.error().error, .text = {}}, stream.error().detail);
        self->service_.observer.on(Refused{self->number_, Refusal::kProgramUnreachable, text});
        self->finish(text);
      });
}

void Inbound::program_connected(net::Stream stream) {
  const transport::Info info = peer_->info();
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
  relayed_ =
      Relayed::make(service_, std::move(facts), {std::move(program), std::move(peer_)},
                    [self = shared_from_this()](std::string_view text) { self->finish(text); });
  relayed_->start();
}

void Inbound::close() {
  if (relayed_ != nullptr) return relayed_->close();
  abort();
}

void Inbound::abort() {
  if (dial_ != nullptr) dial_->cancel();
  if (relayed_ != nullptr) return relayed_->abort();
  if (callbacks_.handshake_done) return peer_->abort();
  finish("the proxy is stopping");
}

void Inbound::finish(std::string_view text) {
  const auto done = std::exchange(callbacks_.done, nullptr);
  if (!done) return;
  service_.observer.on(Ended{number_, text});
  peer_.reset();
  relayed_.reset();
  done();
}

}  // namespace veilwire::proxy

#include "veilwire/proxy/carriage/relay.h"

#include <algorithm>
#include <utility>

#include "veilwire/net/runtime.h"

namespace veilwire::proxy {

using transport::PushError;

namespace {

constexpr std::string_view kPayloadTooLong = "payload_too_long";

Side other(Side side) { return side == Side::kProgram ? Side::kPeer : Side::kProgram; }

}  // namespace

// One connection of the two, as its user: what it receives goes to the other half.
class Relay::Half final : public net::Connection::User {
 public:
  Half(Relay& relay, Side side, std::shared_ptr<net::Connection> connection)
      : relay_(relay), side_(side), connection_(std::move(connection)) {}

  void on_event(TimePoint now, const transport::Event& event) override;
  void on_read(TimePoint now) override { relay_.report_holding(now); }
  void on_send_room(TimePoint now) override;
  std::optional<TimePoint> next_deadline() const override { return stalled_at_; }
  void on_deadline(TimePoint now) override;
  void on_end(const net::End& end) override;

  net::Connection& connection() const { return *connection_; }
  std::size_t incoming_bytes() const {
    return ended_ ? 0 : connection_->info().incoming_bytes + (held_ ? held_->payload.size() : 0);
  }
  void set_held_off(bool held_off) {
    held_off_ = held_off;
    read_or_not();
  }
  bool ended() const { return ended_; }

 private:
  void pass_on(TimePoint now, const protocol::MessageType& type, ByteView payload);
  void hold(TimePoint now, const protocol::MessageType& type, ByteView payload);
  void let_go(TimePoint now);
  void read_or_not();

  Relay& relay_;
  const Side side_;
  const std::shared_ptr<net::Connection> connection_;
  std::optional<protocol::OwnedMessage> held_;  // received here, and the other half has no room
  std::optional<TimePoint> stalled_at_;
  bool held_off_ = false;
  bool stalled_ = false;
  bool ended_ = false;
};

void Relay::Half::on_event(TimePoint now, const transport::Event& event) {
  if (const auto* skipped = std::get_if<transport::MessageSkipped>(&event)) {
    return relay_.gate_.dropped(side_, skipped->type, kPayloadTooLong);
  }
  const auto* message = std::get_if<transport::MessageReceived>(&event);
  if (message == nullptr) return;
  const Ruling ruling = relay_.gate_.judge(side_, *message);
  if (const auto* drop = std::get_if<Drop>(&ruling)) {
    relay_.gate_.dropped(side_, message->type, drop->reason);
  } else if (const auto* replaced = std::get_if<Replace>(&ruling)) {
    pass_on(now, message->type, replaced->payload);
  } else {
    pass_on(now, message->type, message->payload);
  }
}

void Relay::Half::pass_on(TimePoint now, const protocol::MessageType& type, ByteView payload) {
  const auto pushed = relay_.half(other(side_)).connection().push({type, payload});
  if (pushed) return relay_.gate_.passed(side_, type, payload.size());
  switch (pushed.error()) {
    case PushError::kQueueFull:
      return hold(now, type, payload);
    case PushError::kPayloadTooLong:
      return relay_.gate_.dropped(side_, type, kPayloadTooLong);
    case PushError::kNotExpressible:
      return relay_.gate_.dropped(side_, type, "not_expressible");
    case PushError::kFaulted:
      return;  // its end is on the way
  }
}

void Relay::Half::hold(TimePoint now, const protocol::MessageType& type, ByteView payload) {
  held_ = protocol::OwnedMessage::copy_of({type, payload});
  stalled_at_ = now + relay_.stall_timeout_;
  read_or_not();
  relay_.half(other(side_)).connection().wants_room();
}

// There is room on this side: what the other half holds can go.
void Relay::Half::on_send_room(TimePoint now) { relay_.half(other(side_)).let_go(now); }

void Relay::Half::let_go(TimePoint now) {
  if (!held_) return;
  const auto held = std::exchange(held_, std::nullopt);
  stalled_at_.reset();
  pass_on(now, held->type, held->payload);
  read_or_not();
  relay_.report_holding(now);
}

void Relay::Half::read_or_not() {
  if (ended_) return;
  if (held_ || held_off_) {
    connection_->pause_reading();
  } else {
    connection_->resume_reading();
  }
}

void Relay::Half::on_deadline(TimePoint) {
  stalled_at_.reset();
  stalled_ = true;
  connection_->abort();
}

void Relay::Half::on_end(const net::End& end) {
  ended_ = true;
  held_.reset();
  relay_.side_ended(side_, end, stalled_);
}

Relay::Relay(std::shared_ptr<net::Connection> program, std::shared_ptr<net::Connection> peer,
             Gate& gate, std::function<void(const RelayEnd&)> done, Duration stall_timeout)
    : gate_(gate),
      stall_timeout_(stall_timeout),
      done_(std::move(done)),
      program_(std::make_unique<Half>(*this, Side::kProgram, std::move(program))),
      peer_(std::make_unique<Half>(*this, Side::kPeer, std::move(peer))) {}

Relay::~Relay() = default;

void Relay::start() {
  self_ = shared_from_this();
  program_->connection().start(*program_);
  peer_->connection().start(*peer_);
}

void Relay::hold_off() {
  program_->set_held_off(true);
  peer_->set_held_off(true);
}

void Relay::go_on() {
  program_->set_held_off(false);
  peer_->set_held_off(false);
}

void Relay::report_holding(TimePoint now) {
  const std::size_t bytes = program_->incoming_bytes() + peer_->incoming_bytes();
  if (std::max(bytes, reported_bytes_) < kReportedBytes) return;
  reported_bytes_ = bytes;
  gate_.holding(now, bytes);
}

void Relay::close() {
  program_->connection().close();
  peer_->connection().close();
}

void Relay::abort() {
  program_->connection().abort();
  peer_->connection().abort();
}

const net::Connection& Relay::connection(Side side) const { return half(side).connection(); }

Relay::Half& Relay::half(Side side) const { return side == Side::kProgram ? *program_ : *peer_; }

void Relay::side_ended(Side side, const net::End& end, bool stalled) {
  if (!end_) end_ = RelayEnd{side, end, stalled};
  Half& rest = half(other(side));
  if (!rest.ended()) return stalled ? rest.connection().abort() : rest.connection().close();
  const auto self = std::exchange(self_, nullptr);
  done_(*end_);
}

}  // namespace veilwire::proxy

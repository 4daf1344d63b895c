#include "veilwire/proxy/carriage/relay.h"

#include <utility>

#include "veilwire/base/deadline.h"
#include "veilwire/net/runtime.h"

namespace veilwire::proxy {

using transport::PushError;

namespace {

constexpr std::string_view kPayloadTooLong = "payload_too_long";

}  // namespace

// One connection of the two, as its user: what it receives goes to the other half.
class Relay::Half final : public net::Connection::User {
 public:
  Half(Relay& relay, Side side, std::shared_ptr<net::Connection> connection)
      : relay_(relay), side_(side), connection_(std::move(connection)) {}

  void on_event(TimePoint now, const transport::Event& event) override;
  std::size_t read_limit() const override { return relay_.gate_.read_limit(side_); }
  void on_read(TimePoint now) override { report_holding(now); }
  void on_send_room(TimePoint now) override;
  std::optional<TimePoint> next_deadline() const override { return earlier(stalled_at_, look_at_); }
  void on_deadline(TimePoint now) override;
  void on_end(const net::End& end) override;

  net::Connection& connection() const { return *connection_; }
  void hold_off();
  void go_on();
  bool ended() const { return ended_; }

 private:
  void pass_on(TimePoint now, const protocol::MessageType& type, ByteView payload);
  void hold(TimePoint now, const protocol::MessageType& type, ByteView payload);
  void wait_for_room(TimePoint now);
  void let_go(TimePoint now);
  void read_or_not();
  void report_holding(TimePoint now);

  Relay& relay_;
  const Side side_;
  const std::shared_ptr<net::Connection> connection_;
  std::optional<protocol::OwnedMessage> held_;  // received here, and the other half has no room
  bool waits_for_room_ = false;                 // on the other side
  std::optional<TimePoint> stalled_at_;
  bool held_off_ = false;  // by the gate
  std::optional<TimePoint> look_at_;
  bool is_reported_ = false;
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
  if (pushed) {
    relay_.gate_.passed(side_, type, payload.size());
    if (relay_.half(other(side_)).connection().transport().unsent_bytes() > net::kSendRoomBytes) {
      wait_for_room(now);
    }
    return;
  }
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
  wait_for_room(now);
}

void Relay::Half::wait_for_room(TimePoint now) {
  waits_for_room_ = true;
  stalled_at_ = now + relay_.stall_timeout_;
  read_or_not();
  report_holding(now);
  relay_.half(other(side_)).connection().wants_room();
}

// There is room on this side: what the other half holds can go.
void Relay::Half::on_send_room(TimePoint now) { relay_.half(other(side_)).let_go(now); }

void Relay::Half::let_go(TimePoint now) {
  if (!waits_for_room_) return;
  waits_for_room_ = false;
  stalled_at_.reset();
  if (const auto held = std::exchange(held_, std::nullopt)) pass_on(now, held->type, held->payload);
  read_or_not();
  report_holding(now);
}

void Relay::Half::hold_off() {
  held_off_ = true;
  look_at_ = net::now() + kLookForEndInterval;
  read_or_not();
  connection_->deadline_changed();
}

void Relay::Half::go_on() {
  held_off_ = false;
  look_at_.reset();
  read_or_not();
}

void Relay::Half::read_or_not() {
  if (ended_) return;
  if (waits_for_room_ || held_off_) {
    connection_->pause_reading();
  } else {
    connection_->resume_reading();
  }
}

void Relay::Half::report_holding(TimePoint now) {
  if (ended_) return;
  PartialMessages::Partial partial;
  if (!waits_for_room_) {
    const transport::Info info = connection_->info();
    partial = {info.partial_bytes, info.partial_size};
  }
  if (partial.bytes == 0 && !std::exchange(is_reported_, false)) return;
  is_reported_ = partial.bytes != 0;
  relay_.gate_.holding(now, side_, partial);
}

void Relay::Half::on_deadline(TimePoint now) {
  if (look_at_ && *look_at_ <= now) {
    look_at_ = now + kLookForEndInterval;
    if (connection_->peer_has_ended()) return connection_->abort();
  }
  if (!stalled_at_ || now < *stalled_at_) return;
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
             Gate& gate, std::function<void(const CarriageEnd&)> done, Duration stall_timeout)
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

void Relay::hold_off(Side from) { half(from).hold_off(); }
void Relay::go_on(Side from) { half(from).go_on(); }

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
  if (!end_) end_ = CarriageEnd{side, end, stalled};
  Half& rest = half(other(side));
  if (!rest.ended()) return stalled ? rest.connection().abort() : rest.connection().close();
  const auto self = std::exchange(self_, nullptr);
  done_(*end_);
}

}  // namespace veilwire::proxy

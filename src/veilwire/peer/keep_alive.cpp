#include "veilwire/peer/keep_alive.h"

#include "veilwire/base/deadline.h"
#include "veilwire/peer/nonces.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/ping.h"

namespace veilwire::peer {

KeepAlive::KeepAlive(Times times, Entropy& entropy, Outbox& outbox)
    : times_(times), entropy_(entropy), outbox_(outbox) {}

std::expected<void, SessionFault> KeepAlive::start(TimePoint now, PingForm form) {
  started_ = true;
  form_ = form;
  pinged_at_ = now;
  if (times_.interval == Duration::max()) return {};
  return ping(now);
}

std::expected<void, SessionFault> KeepAlive::ping(TimePoint now) {
  if (!started_ || is_waiting()) return {};
  pinged_at_ = now;
  if (form_ == PingForm::kWithoutNonce) {
    outbox_.put(wire::Ping{.nonce = std::nullopt});
    return {};
  }
  const auto nonce = draw_nonce(entropy_);
  if (!nonce) return std::unexpected(SessionFault{SessionRule::kEntropyFailed});
  awaited_nonce_ = *nonce;
  outbox_.put(wire::Ping{.nonce = *nonce});
  return {};
}

void KeepAlive::on_ping(ByteView payload) {
  const auto ping = wire::parse<wire::Ping>(payload);
  if (form_ == PingForm::kWithNonce && ping && ping->nonce) {
    outbox_.put(wire::Pong{.nonce = *ping->nonce});
  }
}

std::optional<Duration> KeepAlive::on_pong(TimePoint now, ByteView payload) {
  if (!is_waiting()) return std::nullopt;
  const auto pong = wire::parse<wire::Pong>(payload);
  const bool answers = pong && pong->nonce == awaited_nonce_;
  if (!pong || pong->nonce == 0 || answers) awaited_nonce_ = 0;
  if (!answers) return std::nullopt;
  return now - pinged_at_;
}

std::expected<void, SessionFault> KeepAlive::on_deadline(TimePoint now) {
  const std::optional<TimePoint> due_at = next_deadline();
  if (!due_at || now < *due_at) return {};
  if (is_waiting()) return std::unexpected(SessionFault{SessionRule::kPingTimeout});
  return ping(now);
}

std::optional<TimePoint> KeepAlive::next_deadline() const {
  if (!started_) return std::nullopt;
  const Duration wait = is_waiting() ? times_.timeout : times_.interval;
  if (wait == Duration::max()) return std::nullopt;
  return deadline_after(pinged_at_, wait);
}

}  // namespace veilwire::peer

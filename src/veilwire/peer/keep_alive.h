// Pings: shows that the peer is there, and how far away.
//
// One ping of ours at most is under way. Its nonce is unpredictable, so that a peer cannot answer
// before it has been asked and pass for nearer than it is.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "veilwire/base/bytes.h"
#include "veilwire/base/entropy.h"
#include "veilwire/base/time.h"
#include "veilwire/peer/fault.h"
#include "veilwire/peer/outbox.h"

namespace veilwire::peer {

// Peers from before BIP 31 have a ping without a nonce and no pong: they are pinged, and never
// late.
enum class PingForm : std::uint8_t { kWithNonce, kWithoutNonce };

class KeepAlive {
 public:
  struct Times {
    Duration interval;  // Duration::max(): only ping() pings
    Duration timeout;
  };

  // `entropy` and `outbox` must outlive it. Does nothing before start().
  KeepAlive(Times times, Entropy& entropy, Outbox& outbox);

  // The handshake is done: pings for the first time, unless the interval has no end.
  std::expected<void, SessionFault> start(TimePoint now, PingForm form);
  bool started() const { return started_; }

  // Pings now, unless a ping is under way.
  std::expected<void, SessionFault> ping(TimePoint now);

  // The peer's ping: one pong to each that has a nonce.
  void on_ping(ByteView payload);
  // The time from our ping to this pong. Nothing where it answers none of ours: a pong that was not
  // asked for or has another nonce changes nothing; one that is too short or has nonce zero comes
  // from faulty software that will never do better, and ends the wait for it (as Core has it).
  std::optional<Duration> on_pong(TimePoint now, ByteView payload);

  std::expected<void, SessionFault> on_deadline(TimePoint now);
  std::optional<TimePoint> next_deadline() const;

 private:
  bool is_waiting() const { return awaited_nonce_ != 0; }

  Times times_;
  Entropy& entropy_;
  Outbox& outbox_;
  PingForm form_ = PingForm::kWithNonce;
  bool started_ = false;
  TimePoint pinged_at_{};
  std::uint64_t awaited_nonce_ = 0;  // none is under way
};

}  // namespace veilwire::peer

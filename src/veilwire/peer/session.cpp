#include "veilwire/peer/session.h"

#include <algorithm>
#include <utility>

#include "veilwire/base/deadline.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/negotiation.h"
#include "veilwire/wire/ping.h"

namespace veilwire::peer {
namespace {

// All the money there will be, in satoshi: no fee rate means anything above it.
constexpr std::int64_t kMaxMoney = 2'100'000'000'000'000;

// What is malformed here is not remembered and no fault, as with Core; the user sees it too.
bool remember_wish(PeerFacts& facts, protocol::MessageKind kind, ByteView payload) {
  if (kind == wire::SendHeaders::kKind) {
    facts.sendheaders = true;
    return true;
  }
  if (kind != wire::SendCompact::kKind) return false;
  const auto wish = wire::parse<wire::SendCompact>(payload);
  if (wish && wish->version >= facts.compact_block_version.value_or(0)) {
    facts.compact_block_version = wish->version;
    facts.compact_high_bandwidth = wish->wants_high_bandwidth();
  }
  return true;
}

void remember_feefilter(PeerFacts& facts, ByteView payload) {
  const auto filter = wire::parse<wire::FeeFilter>(payload);
  if (filter && filter->fee_rate >= 0 && filter->fee_rate <= kMaxMoney) {
    facts.feefilter = filter->fee_rate;
  }
}

PingForm ping_form(std::int32_t common_version) {
  return common_version >= protocol::kPongVersion ? PingForm::kWithNonce : PingForm::kWithoutNonce;
}

}  // namespace

Session::Session(std::shared_ptr<const SessionConfig> config, Direction direction,
                 OwnFactsSource& own, Nonces& nonces, Entropy& entropy, TimePoint now)
    : config_(std::move(config)),
      handshake_ends_at_(deadline_after(now, config_->handshake_timeout)),
      handshake_(*config_, direction, own, nonces, entropy, facts_, outbox_),
      keep_alive_({config_->ping_interval, config_->ping_timeout}, entropy, outbox_) {
  fail_unless(handshake_.start());
}

Session::~Session() = default;

Handled Session::on_message(TimePoint now, protocol::MessageKind kind, ByteView payload) {
  if (fault_) return Handled::kIgnored;
  if (VersionHandshake::takes(kind)) return on_handshake_message(now, kind, payload);
  if (!has_version()) return Handled::kIgnored;
  if (remember_wish(facts_, kind, payload)) return Handled::kByUser;
  if (!established()) return Handled::kIgnored;
  return on_conversation(now, kind, payload);
}

Handled Session::on_handshake_message(TimePoint now, protocol::MessageKind kind, ByteView payload) {
  const auto step = handshake_.on_message(kind, payload);
  if (!step) {
    fail(step.error());
    return Handled::kBySession;
  }
  if (*step == VersionHandshake::Step::kIgnored) return Handled::kIgnored;
  if (*step == VersionHandshake::Step::kVersion) events_.emplace_back(VersionReceived{});
  if (*step == VersionHandshake::Step::kEstablished) {
    events_.emplace_back(HandshakeDone{});
    fail_unless(keep_alive_.start(now, ping_form(handshake_.common_version())));
  }
  return Handled::kBySession;
}

Handled Session::on_conversation(TimePoint now, protocol::MessageKind kind, ByteView payload) {
  if (kind == wire::Ping::kKind) {
    keep_alive_.on_ping(payload);
    return Handled::kBySession;
  }
  if (kind == wire::Pong::kKind) {
    on_pong(now, payload);
    return Handled::kBySession;
  }
  if (kind == wire::FeeFilter::kKind) remember_feefilter(facts_, payload);
  return Handled::kByUser;
}

void Session::on_pong(TimePoint now, ByteView payload) {
  const std::optional<Duration> duration = keep_alive_.on_pong(now, payload);
  if (!duration) return;
  facts_.last_round_trip = *duration;
  facts_.shortest_round_trip = std::min(*duration, facts_.shortest_round_trip.value_or(*duration));
  events_.emplace_back(RoundTrip{*duration});
}

void Session::ping(TimePoint now) {
  if (!fault_) fail_unless(keep_alive_.ping(now));
}

void Session::on_deadline(TimePoint now) {
  if (fault_) return;
  if (keep_alive_.started()) return fail_unless(keep_alive_.on_deadline(now));
  if (now >= handshake_ends_at_) fail(SessionFault{SessionRule::kHandshakeTimeout});
}

std::optional<TimePoint> Session::next_deadline() const {
  if (fault_) return std::nullopt;
  if (keep_alive_.started()) return keep_alive_.next_deadline();
  return handshake_ends_at_;
}

std::optional<Event> Session::poll_event() {
  if (events_.empty()) return std::nullopt;
  const Event first = events_.front();
  events_.erase(events_.begin());
  if (events_.empty()) events_ = {};  // an idle session holds no memory for them
  if (std::holds_alternative<VersionReceived>(first)) outbox_.lift_barrier();
  return first;
}

std::optional<protocol::OwnedMessage> Session::poll_message() { return outbox_.take(); }

void Session::fail_unless(const std::expected<void, SessionFault>& result) {
  if (!result) fail(result.error());
}

void Session::fail(SessionFault fault) {
  fault_ = fault;
  outbox_.clear();
}

}  // namespace veilwire::peer

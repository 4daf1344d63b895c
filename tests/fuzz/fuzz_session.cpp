// A session and a peer that says whatever the input makes it say, under a clock that the input
// moves.
//
// The session speaks in its order, answers a call with a bounded number of messages and events,
// remembers a bounded lot, ends a handshake in time, and once it has a fault it has that one for
// ever.

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "fuzz_input.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/peer/session.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/negotiation.h"
#include "veilwire/wire/ping.h"
#include "veilwire/wire/version.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::peer;
using protocol::MessageKind;

// In this order since the corpus was made.
constexpr std::array kKinds = {
    MessageKind::kVersion,
    MessageKind::kVerack,
    MessageKind::kWtxidRelay,
    MessageKind::kSendAddrV2,
    MessageKind::kSendTxReconciliation,
    MessageKind::kFeature,
    MessageKind::kSendHeaders,
    MessageKind::kSendCompact,
    MessageKind::kFeeFilter,
    MessageKind::kPing,
    MessageKind::kPong,
    MessageKind::kInv,
    MessageKind::kAddr,
    MessageKind::kGetAddr,
    MessageKind::kEncInit,
    MessageKind::kUnknown,
    MessageKind::kUnknown,
};

constexpr std::array<std::int32_t, 12> kVersions = {70017, 70016, 70015, 70014, 70013, 70012,
                                                    60001, 60000, 31800, 31799, -1,    0x7fffffff};

SessionConfig config_of(FuzzInput& input) {
  const std::uint8_t offers = input.byte();
  SessionConfig config;
  config.protocol_version = kVersions[input.below(9)];
  config.user_agent = "/fuzz/";
  config.offer_wtxidrelay = (offers & 1) != 0;
  config.offer_addrv2 = (offers & 2) != 0;
  for (int i = 0; i < (offers >> 2 & 3); ++i)
    config.features.push_back({"feature" + std::to_string(i), {}});
  config.say_sendheaders = (offers & 16) != 0;
  config.say_sendcmpct = (offers & 32) != 0;
  if ((offers & 64) != 0) config.feefilter = 1000;
  if ((offers & 128) != 0) config.ping_interval = Duration::max();
  return config;
}

class Subject {
 public:
  Subject(SessionConfig config, Direction direction)
      : config_(config),
        direction_(direction),
        session_(std::make_shared<SessionConfig>(std::move(config)), direction, own_, nonces_,
                 entropy_, now_) {
    settle(1, 0);
    FUZZ_REQUIRE(said_.empty() == (direction == Direction::kInbound),
                 "an outbound session speaks first, and an inbound one does not");
  }

  void hear(MessageKind kind, ByteView payload) {
    const bool had_fault = session_.fault().has_value();
    const bool had_version = session_.has_version();
    const bool was_established = session_.established();
    const Handled handled = session_.on_message(now_, kind, payload);
    if (had_fault || (!had_version && kind != MessageKind::kVersion)) {
      FUZZ_REQUIRE(handled == Handled::kIgnored, "nobody listens after a fault or before version");
    }
    FUZZ_REQUIRE(kind == MessageKind::kVerack || session_.established() <= was_established,
                 "verack ends the handshake, and nothing else does");
    FUZZ_REQUIRE(kind == MessageKind::kVersion || session_.has_version() == had_version,
                 "version begins the handshake, and nothing else does");
    settle(most_messages(kind), 1);
  }
  template <typename M>
  void hear(const M& message) {
    hear(M::kKind, wire::serialize(message));
  }

  void hear_pong() { hear(wire::Pong{.nonce = pinged_}); }

  void ping() {
    session_.ping(now_);
    settle(1, 0);
  }

  void pass(Duration time) {
    now_ += time;
    session_.on_deadline(now_);
    settle(1, 0);
    const auto next = session_.next_deadline();
    FUZZ_REQUIRE(!next || *next > now_, "a deadline that was kept is not asked for again");
    FUZZ_REQUIRE(session_.established() || session_.fault() || now_ < start() + kHandshakeTimeout,
                 "a handshake ends in time");
  }

  // A version that another session of this program said.
  wire::Version own_version() {
    if (!other_) {
      other_.emplace(std::make_shared<SessionConfig>(), Direction::kOutbound, own_, nonces_,
                     entropy_, now_);
    }
    if (auto message = other_->poll_message()) {
      own_version_ = wire::parse<wire::Version>(message->payload).value();
    }
    return own_version_;
  }

  void hear_own_version() {
    const bool is_first = !session_.has_version() && !session_.fault();
    const std::size_t said = said_.size();
    hear(own_version());
    if (direction_ == Direction::kOutbound || !is_first) return;
    FUZZ_REQUIRE(session_.fault() && session_.fault()->rule == SessionRule::kSelfConnection,
                 "a connection to oneself is noticed");
    FUZZ_REQUIRE(said_.size() == said, "nothing is said on a connection to oneself");
  }

 private:
  static TimePoint start() { return TimePoint(std::chrono::hours(1)); }

  std::size_t most_messages(MessageKind kind) const {
    if (kind == MessageKind::kVersion) return 4 + config_.features.size();
    if (kind == MessageKind::kVerack) return 4;
    return kind == MessageKind::kPing ? 1 : 0;
  }

  void settle(std::size_t most_messages, std::size_t most_events) {
    check_fault();
    std::size_t messages = take_messages();
    std::size_t events = 0;
    while (session_.poll_event()) {
      ++events;
      messages += take_messages();
    }
    FUZZ_REQUIRE(messages <= most_messages, "a call leaves few messages");
    FUZZ_REQUIRE(messages == 0 || !session_.fault(), "nothing is said after a fault");
    FUZZ_REQUIRE(events <= most_events, "a call leaves at most one event");
    check_facts();
  }

  void check_fault() {
    FUZZ_REQUIRE(!fault_ || (session_.fault() && session_.fault()->rule == fault_->rule),
                 "a fault is for ever");
    fault_ = session_.fault();
    if (!fault_) return;
    FUZZ_REQUIRE(!session_.established() && !session_.next_deadline(), "a fault ends everything");
    FUZZ_REQUIRE(!rule_text(fault_->rule).empty(), "a fault has a text");
    FUZZ_REQUIRE(
        (fault_->rule == SessionRule::kMalformedMessage) == fault_->payload_rule.has_value(),
        "what is malformed says how");
  }

  std::size_t take_messages() {
    std::size_t count = 0;
    for (; auto message = session_.poll_message(); ++count) {
      if (message->kind() == MessageKind::kPing) {
        pinged_ = wire::parse<wire::Ping>(message->payload)->nonce.value_or(0);
      }
      check_order(message->kind());
      if (said_.size() < 16) said_.push_back(message->kind());
    }
    return count;
  }

  void check_order(MessageKind kind) const {
    const bool is_first = said_.empty();
    FUZZ_REQUIRE(is_first == (kind == MessageKind::kVersion), "version is said first, and once");
    const bool is_late = kind == MessageKind::kSendHeaders || kind == MessageKind::kSendCompact ||
                         kind == MessageKind::kFeeFilter || kind == MessageKind::kPing ||
                         kind == MessageKind::kPong;
    FUZZ_REQUIRE(!is_late || session_.established(), "the conversation waits for the handshake");
  }

  void check_facts() const {
    const PeerFacts& facts = session_.facts();
    FUZZ_REQUIRE(facts.user_agent.size() <= 256, "a user agent is short");
    FUZZ_REQUIRE(facts.features.size() <= kMaxFeatures, "features are few");
    for (const Feature& feature : facts.features) {
      FUZZ_REQUIRE(feature.id.size() <= 80 && feature.data.size() <= 512, "features are small");
    }
    FUZZ_REQUIRE(
        !session_.has_version() || facts.protocol_version >= protocol::kLowestProtocolVersion,
        "old peers are refused");
    FUZZ_REQUIRE(!session_.established() || session_.has_version(), "version comes before verack");
    if (!facts.last_round_trip) return;
    FUZZ_REQUIRE(*facts.shortest_round_trip <= *facts.last_round_trip &&
                     *facts.shortest_round_trip >= Duration(0),
                 "no round trip is shorter than the shortest");
  }

  SessionConfig config_;
  Direction direction_;
  TimePoint now_ = start();
  Nonces nonces_;
  FixedFacts own_;
  crypto::SeededEntropy entropy_{434};
  Session session_;
  std::optional<Session> other_;
  wire::Version own_version_;
  std::optional<SessionFault> fault_;
  std::vector<MessageKind> said_;  // the first few
  std::uint64_t pinged_ = 0;       // the nonce of the latest ping
};

wire::Version any_version(FuzzInput& input) {
  wire::Version version{.protocol_version = kVersions[input.below(kVersions.size())], .nonce = 1};
  version.user_agent.assign(input.below(258), '\x1b');
  version.ends_after = static_cast<wire::VersionEnd>(4 - input.below(5));
  return version;
}

void step(Subject& subject, FuzzInput& input) {
  switch (input.below(10)) {
    case 0: {
      const MessageKind kind = kKinds[input.below(kKinds.size())];
      return subject.hear(kind, input.bytes(input.byte()));
    }
    case 1: {
      const MessageKind kind = kKinds[input.below(kKinds.size())];
      return subject.hear(kind, input.stretched(input.number()));
    }
    case 2:
      return subject.hear(any_version(input));
    case 3:
      return subject.hear(wire::Verack{});
    case 4:
      return subject.hear_own_version();
    case 5: {
      const std::size_t first = input.byte();
      const std::size_t count = input.below(80);
      for (std::size_t i = 0; i < count; ++i) {
        subject.hear(wire::Feature{"BIP" + std::to_string(first + i + 100), Bytes(count, 1)});
      }
      return;
    }
    case 6:
      return subject.ping();
    case 7:
      return subject.hear_pong();
    case 8: {
      const std::size_t count = input.byte();
      for (std::size_t i = 0; i < count; ++i) subject.hear(wire::Ping{.nonce = i});
      return;
    }
    default:
      return subject.pass(std::chrono::milliseconds(100) * static_cast<int>(input.number()));
  }
}

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace veilwire::fuzz;
  FuzzInput input(data, size);
  const auto direction = input.yes() ? Direction::kOutbound : Direction::kInbound;
  Subject subject(config_of(input), direction);
  while (!input.empty()) step(subject, input);
  return 0;
}

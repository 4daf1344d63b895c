#include "veilwire/peer/version_handshake.h"

#include <algorithm>
#include <array>
#include <utility>

#include "veilwire/wire/codec.h"
#include "veilwire/wire/negotiation.h"
#include "veilwire/wire/version.h"

namespace veilwire::peer {
namespace {

constexpr std::array kTakenKinds = {wire::Version::kKind,    wire::Verack::kKind,
                                    wire::WtxidRelay::kKind, wire::SendAddrV2::kKind,
                                    wire::Feature::kKind,    wire::SendTxReconciliation::kKind};

std::unexpected<SessionFault> malformed(wire::PayloadRule rule) {
  return std::unexpected(SessionFault{SessionRule::kMalformedMessage, rule});
}

}  // namespace

VersionHandshake::VersionHandshake(const SessionConfig& config, Direction direction,
                                   OwnFactsSource& own, Nonces& nonces, Entropy& entropy,
                                   PeerFacts& facts, Outbox& outbox)
    : config_(config),
      own_(own),
      nonces_(nonces),
      entropy_(entropy),
      facts_(facts),
      outbox_(outbox),
      direction_(direction) {}

VersionHandshake::~VersionHandshake() { release_nonce(); }

std::expected<void, SessionFault> VersionHandshake::start() {
  if (direction_ == Direction::kInbound) return {};
  return say_version();
}

bool VersionHandshake::takes(protocol::MessageKind kind) {
  return std::ranges::find(kTakenKinds, kind) != kTakenKinds.end();
}

std::int32_t VersionHandshake::common_version() const {
  return std::min(config_.protocol_version, facts_.protocol_version);
}

VersionHandshake::Result VersionHandshake::on_message(protocol::MessageKind kind,
                                                      ByteView payload) {
  if (kind == wire::Version::kKind) return on_version(payload);
  if (!has_version_) return Step::kIgnored;
  if (kind == wire::Verack::kKind) return on_verack();
  // We never offer reconciliation (BIP 330), and peers that do not ignore what is said of it,
  // whole.
  if (kind == wire::SendTxReconciliation::kKind)
    return done_ ? Step::kIgnored : on_txrcncl(payload);
  if (done_) return std::unexpected(SessionFault{SessionRule::kLateNegotiation});
  return on_negotiation(kind, payload);
}

// -- The peer's messages --------------------------------------------------------------------------

VersionHandshake::Result VersionHandshake::on_version(ByteView payload) {
  if (has_version_) return Step::kIgnored;
  auto version = wire::parse<wire::Version>(payload);
  if (!version) return malformed(version.error());
  if (version->protocol_version < protocol::kLowestProtocolVersion) {
    return std::unexpected(SessionFault{SessionRule::kProtocolTooOld});
  }
  // Before a word is said, so that nobody learns from a connection to ourselves.
  if (direction_ == Direction::kInbound && nonces_.contains(version->nonce)) {
    return std::unexpected(SessionFault{SessionRule::kSelfConnection});
  }
  has_version_ = true;
  facts_.protocol_version = version->protocol_version;
  facts_.services = version->services;
  facts_.unix_time = version->unix_time;
  facts_.nonce = version->nonce;
  facts_.user_agent = std::move(version->user_agent);
  facts_.start_height = version->start_height;
  facts_.relay = version->wants_transactions();
  if (direction_ == Direction::kInbound) {
    if (const auto said = say_version(); !said) return std::unexpected(said.error());
  }
  negotiate();
  return Step::kVersion;
}

VersionHandshake::Result VersionHandshake::on_verack() {
  if (done_) return Step::kIgnored;
  done_ = true;
  release_nonce();
  say_wishes();
  return Step::kEstablished;
}

VersionHandshake::Result VersionHandshake::on_negotiation(protocol::MessageKind kind,
                                                          ByteView payload) {
  if (kind == wire::WtxidRelay::kKind) return on_wtxidrelay();
  if (kind == wire::Feature::kKind) return on_feature(payload);
  facts_.addrv2 = true;
  return Step::kTaken;
}

VersionHandshake::Result VersionHandshake::on_wtxidrelay() {
  if (common_version() < protocol::kWtxidRelayVersion) return Step::kIgnored;
  facts_.wtxidrelay = true;
  return Step::kTaken;
}

VersionHandshake::Result VersionHandshake::on_txrcncl(ByteView payload) {
  const auto message = wire::parse<wire::SendTxReconciliation>(payload);
  if (!message || facts_.txrcncl_version) return Step::kIgnored;
  facts_.txrcncl_version = message->version;
  return Step::kTaken;
}

// BIP 434: below its version the message is an unknown one, and those are ignored. (Core hangs up,
// which the BIP does not ask for.) What comes is checked whole, though nothing here knows its id.
VersionHandshake::Result VersionHandshake::on_feature(ByteView payload) {
  if (common_version() < protocol::kFeatureVersion) return Step::kIgnored;
  auto feature = wire::parse<wire::Feature>(payload);
  if (!feature) return malformed(feature.error());
  if (std::ranges::find(facts_.features, feature->id, &Feature::id) != facts_.features.end()) {
    return Step::kIgnored;
  }
  if (facts_.features.size() >= kMaxFeatures) {
    return std::unexpected(SessionFault{SessionRule::kTooManyFeatures});
  }
  facts_.features.push_back(std::move(*feature));
  return Step::kTaken;
}

// -- Ours -----------------------------------------------------------------------------------------

std::expected<void, SessionFault> VersionHandshake::say_version() {
  const auto nonce = draw_nonce(entropy_);
  if (!nonce) return std::unexpected(SessionFault{SessionRule::kEntropyFailed});
  if (direction_ == Direction::kOutbound) {
    nonces_.add(*nonce);
    registered_nonce_ = *nonce;
  }
  const OwnFacts own = own_.own_facts();
  outbox_.put(wire::Version{
      .protocol_version = config_.protocol_version,
      .services = own.services,
      .unix_time = own.unix_time,
      .addr_recv = own.addr_recv,
      .addr_from = {.services = own.services},
      .nonce = *nonce,
      .user_agent = config_.user_agent,
      .start_height = own.start_height,
      .relay = config_.relay ? std::uint8_t{1} : std::uint8_t{0},
  });
  return {};
}

void VersionHandshake::negotiate() {
  const std::int32_t common = common_version();
  if (config_.offer_wtxidrelay && common >= protocol::kWtxidRelayVersion)
    outbox_.put(wire::WtxidRelay{});
  if (config_.offer_addrv2 && common >= protocol::kSendAddrV2Version)
    outbox_.put(wire::SendAddrV2{});
  if (common >= protocol::kFeatureVersion) {
    for (const Feature& feature : config_.features) outbox_.put(feature);
  }
  outbox_.put_barrier();
  outbox_.put(wire::Verack{});
}

void VersionHandshake::say_wishes() {
  const std::int32_t common = common_version();
  if (config_.say_sendheaders && common >= protocol::kSendHeadersVersion)
    outbox_.put(wire::SendHeaders{});
  if (config_.say_sendcmpct && common >= protocol::kSendCmpctVersion)
    outbox_.put(wire::SendCompact{});
  if (config_.feefilter && common >= protocol::kFeeFilterVersion) {
    outbox_.put(wire::FeeFilter{.fee_rate = *config_.feefilter});
  }
}

void VersionHandshake::release_nonce() {
  if (registered_nonce_ != 0) nonces_.remove(std::exchange(registered_nonce_, 0));
}

}  // namespace veilwire::peer

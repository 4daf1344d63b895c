// The version handshake: `version` and `verack` in both roles, and what is negotiated between them.
//
//   outbound                              inbound
//   version                       ->
//                                 <-      version, negotiation, verack
//   negotiation, verack, wishes   ->
//                                 <-      wishes
//
// Negotiation is wtxidrelay, sendaddrv2 and features, at once on the peer's `version`, then what the
// user has to say; `verack` waits for that behind the outbox's barrier. Wishes are sendheaders,
// sendcmpct and feefilter, at once on the peer's `verack`.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "veilwire/base/bytes.h"
#include "veilwire/base/entropy.h"
#include "veilwire/peer/fault.h"
#include "veilwire/peer/nonces.h"
#include "veilwire/peer/outbox.h"
#include "veilwire/peer/own_facts.h"
#include "veilwire/peer/peer_facts.h"
#include "veilwire/peer/session_config.h"

namespace veilwire::peer {

class VersionHandshake {
 public:
  // What a message has come to.
  enum class Step : std::uint8_t {
    kTaken,
    kVersion,      // it was the peer's version
    kIgnored,      // it came too early or a second time, or says what the version does not know
    kEstablished,  // it was the peer's verack
  };

  // All that is referred to must outlive it.
  VersionHandshake(const SessionConfig& config, Direction direction, OwnFactsSource& own,
                   Nonces& nonces, Entropy& entropy, PeerFacts& facts, Outbox& outbox);
  ~VersionHandshake();
  VersionHandshake(const VersionHandshake&) = delete;
  VersionHandshake& operator=(const VersionHandshake&) = delete;

  // An outbound side says its version.
  std::expected<void, SessionFault> start();

  // Whether on_message() wants messages of this kind.
  static bool takes(protocol::MessageKind kind);
  // REQUIRES: takes(kind).
  std::expected<Step, SessionFault> on_message(protocol::MessageKind kind, ByteView payload);

  bool has_version() const { return has_version_; }
  bool is_done() const { return done_; }
  // The lower of the two protocol versions, which both sides speak. REQUIRES: has_version().
  std::int32_t common_version() const;

 private:
  using Result = std::expected<Step, SessionFault>;

  Result on_version(ByteView payload);
  Result on_verack();
  Result on_negotiation(protocol::MessageKind kind, ByteView payload);
  Result on_wtxidrelay();
  Result on_txrcncl(ByteView payload);
  Result on_feature(ByteView payload);
  std::expected<void, SessionFault> say_version();
  void negotiate();
  void say_wishes();
  void release_nonce();

  const SessionConfig& config_;
  OwnFactsSource& own_;
  Nonces& nonces_;
  Entropy& entropy_;
  PeerFacts& facts_;
  Outbox& outbox_;
  std::uint64_t registered_nonce_ = 0;  // none
  Direction direction_;
  bool has_version_ = false;
  bool done_ = false;
};

}  // namespace veilwire::peer

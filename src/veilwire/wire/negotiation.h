// What the two sides tell each other about what they can do and what they want.
//
// Between `version` and `verack`: wtxidrelay, sendaddrv2, sendtxrcncl, feature. After `verack`:
// sendheaders, sendcmpct, feefilter.
#pragma once

#include <cstdint>
#include <string>

#include "veilwire/base/bytes.h"
#include "veilwire/protocol/message_kind.h"
#include "veilwire/wire/empty_message.h"
#include "veilwire/wire/limits.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

// Announce transactions by wtxid (BIP 339).
struct WtxidRelay : EmptyMessage<WtxidRelay> {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kWtxidRelay;
};

// Send addrv2 instead of addr (BIP 155).
struct SendAddrV2 : EmptyMessage<SendAddrV2> {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kSendAddrV2;
};

// Announce blocks by their headers (BIP 130).
struct SendHeaders : EmptyMessage<SendHeaders> {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kSendHeaders;
};

// Send compact blocks (BIP 152).
struct SendCompact {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kSendCompact;

  std::uint8_t announce = 0;  // any value but 0: announce blocks by cmpctblock, unasked
  std::uint64_t version = 2;  // of compact blocks; peers of today speak 2 only

  bool wants_high_bandwidth() const { return announce != 0; }

  static SendCompact read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const SendCompact&, const SendCompact&) = default;
};

// Announce no transaction that pays less (BIP 133).
struct FeeFilter {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kFeeFilter;

  std::int64_t fee_rate = 0;  // satoshi per 1000 virtual bytes; any value, senseless ones too

  static FeeFilter read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const FeeFilter&, const FeeFilter&) = default;
};

// Something that has no message of its own to be announced with (BIP 434).
struct Feature {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kFeature;
  static constexpr bool kRefusesTrailingBytes = true;

  std::string id{};  // kMinFeatureIdBytes to kMaxFeatureIdBytes; foreign text
  Bytes data{};      // at most kMaxFeatureDataBytes

  static Feature read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const Feature&, const Feature&) = default;
};

// Announce transactions by reconciliation (BIP 330).
struct SendTxReconciliation {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kSendTxReconciliation;

  std::uint32_t version = 1;
  std::uint64_t salt = 0;

  static SendTxReconciliation read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const SendTxReconciliation&, const SendTxReconciliation&) = default;
};

}  // namespace veilwire::wire

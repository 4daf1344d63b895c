// Why a transport stopped: one name for each rule that can be broken, and whose fault it was.
#pragma once

#include <cstdint>
#include <string_view>

#include "veilwire/base/api.h"

namespace veilwire::transport {

enum class Blame : std::uint8_t { kPeer, kCaller, kSystem };

enum class Rule : std::uint8_t {
  // The peer's.
  kV1OtherNetwork,        // its first message carries another network's magic
  kV1BadMagic,            // a message that does not start with the network's magic
  kV1PayloadTooLong,      // a header that announces over kMaxPayloadBytes
  kGarbageTooLong,        // no garbage terminator within 4095 + 16 bytes
  kContentsTooLong,       // a packet length over kMaxContentsBytes
  kAuthenticationFailed,  // a packet whose tag does not verify
  kTooManyDecoysEarly,    // over kMaxEarlyDecoyBytes before the version packet
  kTooManyDecoys,         // the decoy budget is spent, and DecoyLimit says fault
  kV1Refused,             // it speaks version 1, and V1Policy refuses that
  kHandshakeTimeout,      // the handshake was not done in time
  kV1Answered,            // we dialled version 2, and it says `version` in version 1
  // The caller's.
  kBadConfiguration,  // garbage or contents over the limits, or no valid secret key
  kUsedAfterFork,     // used in a child of the process that made it
  // The system's.
  kEntropyFailed,  // the source of randomness refused
  kOutOfMemory,    // a bounded allocation was refused
};

struct Fault {
  Rule rule;
  Blame blame;
};

// A stable name for logs and tests: "garbage_too_long".
VEILWIRE_API std::string_view rule_name(Rule rule);
// One sentence that says what happened: "the peer sent no garbage terminator within 4111 bytes".
VEILWIRE_API std::string_view rule_text(Rule rule);
VEILWIRE_API Blame blame_for(Rule rule);
VEILWIRE_API std::string_view blame_name(Blame blame);  // "peer", "caller", "system"

}  // namespace veilwire::transport

// Protocol versions, as `version` names them: from which one on a peer understands what.
#pragma once

#include <cstdint>

namespace veilwire::protocol {

inline constexpr std::int32_t kProtocolVersion = 70017;        // ours
inline constexpr std::int32_t kLowestProtocolVersion = 31800;  // Core takes none below

// Both sides must be of that version, so that one says it.
inline constexpr std::int32_t kPongVersion = 60001;         // BIP 31: after 60000
inline constexpr std::int32_t kSendHeadersVersion = 70012;  // BIP 130
inline constexpr std::int32_t kFeeFilterVersion = 70013;    // BIP 133
inline constexpr std::int32_t kSendCmpctVersion = 70014;    // BIP 152
inline constexpr std::int32_t kWtxidRelayVersion = 70016;   // BIP 339
// BIP 155 names none; Core says it from here on, since older software hung up on unknown messages.
inline constexpr std::int32_t kSendAddrV2Version = 70016;
inline constexpr std::int32_t kFeatureVersion = 70017;  // BIP 434

}  // namespace veilwire::protocol

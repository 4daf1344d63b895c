// "Version 2, then version 1": which version to dial a peer with, and whether to dial it again. No
// socket: the driver reports what a connection did and is told what to do next.
//
// BIP 324 lets an initiator fall back to version 1 "when met with immediate disconnection". A retry
// is a downgrade that whoever cuts connections can force, so it happens only where the peer was
// there and speaks version 1, or cannot have understood a byte: we dialled, it took at least 24
// bytes (what a version 1 peer needs to see before it gives up), it sent none, and then either it
// ended the connection or nothing came for kFallbackSilence, or for the time that the driver says;
// or its first 16 bytes are those of a `version` in version 1, which some nodes say as soon as they
// have accepted. At most once a dial, and never after a version 2 byte of the peer's.
//
//   DialChoice choice(policy);
//   do {
//     connect; choice.connected(now);
//     ... choice.sent(n) and choice.received(n) as bytes move;
//     at choice.next_deadline(): choice.on_deadline(now), which may be an end by silence;
//   } while (choice.ended(how) == DialStep::kDialAgainWithV1);
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "veilwire/base/api.h"
#include "veilwire/base/time.h"
#include "veilwire/transport/transport.h"

namespace veilwire::transport {

enum class DialPolicy : std::uint8_t { kPreferV2, kV2Only, kV1Only };

// "prefer-v2", "v2-only", "v1-only".
VEILWIRE_API std::string_view dial_policy_name(DialPolicy policy);
VEILWIRE_API std::optional<DialPolicy> dial_policy_from_name(std::string_view name);

// A version 1 peer cannot tell before the end of a header that what comes is no message.
inline constexpr std::uint64_t kFallbackSentBytes = 24;
// Silence of a version 2 attempt after which version 1 is tried. Core waits for its own 60 s; a
// person waits for a probe, and a version 2 peer answers at our first byte.
inline constexpr Duration kFallbackSilence = std::chrono::seconds(10);

// How an attempt ended.
enum class AttemptEnd : std::uint8_t {
  kPeerEnded,   // it closed or reset the connection
  kSilence,     // on_deadline() said so
  kAnsweredV1,  // the transport stopped with Rule::kV1Answered
  kFault,       // the transport stopped with another fault of the peer's
  kOurs,        // we gave up for a reason of our own, or the system did
};

enum class DialStep : std::uint8_t { kStop, kDialAgainWithV1 };

// Why the connection speaks what it speaks.
enum class VersionReason : std::uint8_t {
  kV2,           // version 2 was dialled
  kV1ByPolicy,   // version 1 was asked for
  kV1PeerEnded,  // version 2 was dialled, the peer ended the connection without a byte
  kV1Silence,    // version 2 was dialled, the peer said nothing
  kV1Answered,   // version 2 was dialled, the peer spoke version 1
};
// "v2", "v1: by policy", "v1: the peer dropped v2", "v1: the peer did not answer v2",
// "v1: the peer answered in v1".
VEILWIRE_API std::string_view version_reason_text(VersionReason reason);

class VEILWIRE_API DialChoice {
 public:
  explicit DialChoice(DialPolicy policy, Duration silence = kFallbackSilence);

  // What the next or the present attempt speaks.
  Version version() const;
  VersionReason reason() const;

  // An attempt is connected, through the proxy where there is one. Forgets the attempt before.
  void connected(TimePoint now);
  void sent(std::uint64_t bytes);
  void received(std::uint64_t bytes);

  // While a version 2 attempt that may be followed by version 1 has received nothing: when it
  // counts as silent. Nothing before it has sent kFallbackSentBytes: who has not been asked owes no
  // answer.
  std::optional<TimePoint> next_deadline() const;
  // True where the attempt is to be ended as kSilence.
  bool on_deadline(TimePoint now) const;

  // The attempt is over. kDialAgainWithV1 changes version() and reason(); the driver then dials the
  // same address through the same proxy again.
  DialStep ended(AttemptEnd end);

 private:
  bool may_fall_back() const;
  bool is_unanswered() const;
  std::optional<VersionReason> reason_after(AttemptEnd end) const;

  DialPolicy policy_;
  Duration silence_;
  VersionReason reason_;
  std::optional<TimePoint> connected_at_;
  std::uint64_t sent_bytes_ = 0;
  std::uint64_t received_bytes_ = 0;
};

}  // namespace veilwire::transport

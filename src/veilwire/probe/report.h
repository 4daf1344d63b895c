// What is known of one address after it was probed. Strings from the peer are as they came: whoever
// shows them escapes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/hash256.h"
#include "veilwire/base/time.h"
#include "veilwire/peer/session.h"
#include "veilwire/protocol/services.h"
#include "veilwire/transport/dial_choice.h"
#include "veilwire/transport/transport.h"

namespace veilwire::probe {

// Why a target did not answer, or not as a peer does.
struct Failure {
  std::string error;  // a stable name of docs/probe.md: "refused"
  std::string phase;  // "resolve", "connect", "proxy", "handshake", "version", "questions"
  std::string text;   // one sentence without its full stop; nothing in it needs escaping
};

// The service bit NODE_P2P_V2 against what was seen.
enum class P2pV2 : std::uint8_t {
  kUnknown,  // no version message came, or the policy did not let us see
  kAdvertisedAndTrue,
  kAdvertisedNotSpoken,  // it answered version 1 only
  kSpokenNotAdvertised,
  kNeither,
};

struct AddressSeen {
  std::string network{};  // "ipv4", "ipv6", "onion", "i2p", "cjdns", or "unknown"
  std::string address{};  // "host:port", or hexadecimal for an unknown network
  protocol::Services services = 0;
  UnixTime unix_time{};
};

struct HeadersSeen {
  std::uint32_t asked = 0;  // how many we wanted; a peer may have fewer
  std::uint32_t count = 0;  // from height 1 on, so that it is the last one's height too
  Hash256 last_hash{};
};

struct Report {
  std::string target;  // as it was given
  // What was dialled. Nothing where the name has no address.
  std::optional<Endpoint> address{};
  std::optional<Failure> failure{};
  unsigned attempts = 0;  // connections that were tried

  // From here on, what was reached.
  std::optional<transport::Version> version{};  // that the peer said something in
  std::string why{};                            // version_reason_text()
  std::optional<transport::SessionId> session_id{};
  std::uint64_t garbage_bytes = 0;
  std::uint64_t decoys = 0;
  std::optional<Duration> connect_duration{};
  std::optional<Duration> handshake_duration{};
  std::optional<Duration> round_trip{};
  std::optional<peer::PeerFacts> peer{};
  std::optional<std::chrono::seconds> clock_offset{};  // its clock less ours
  P2pV2 p2p_v2 = P2pV2::kUnknown;

  // What was asked.
  std::optional<std::vector<AddressSeen>> addresses{};
  std::optional<HeadersSeen> headers{};
  // Of "ping", "getaddr", "getheaders" those that were awaited in vain. Headers are asked for
  // several times: the first answers may be there all the same.
  std::vector<std::string> unanswered{};
};

// All that was asked of it answered, or left unanswered by a peer that spoke as one.
bool answered(const Report& report);

P2pV2 judge_p2p_v2(protocol::Services services, transport::Version spoken,
                   transport::VersionReason reason);

// "host:port" of what was dialled, or the target as it was given, escaped.
std::string shown_address(const Report& report);
// "v2", "v1", or nothing.
std::string_view shown_version(const Report& report);

}  // namespace veilwire::probe

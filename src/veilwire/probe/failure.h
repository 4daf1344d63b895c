// What went wrong with a target: a stable name, the phase and one sentence. docs/probe.md lists the
// names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "veilwire/net/connection.h"
#include "veilwire/net/dial.h"
#include "veilwire/peer/fault.h"
#include "veilwire/probe/header_chain.h"
#include "veilwire/probe/report.h"
#include "veilwire/protocol/network.h"
#include "veilwire/wire/rule.h"

namespace veilwire::probe {

// How far a conversation has come.
enum class Phase : std::uint8_t {
  kVersion,    // version and verack are not both there
  kQuestions,  // they are, and something is still to be answered
};
std::string_view phase_name(Phase phase);

Failure unknown_host(std::string text);
// `timeout`: of the whole target, for a dial that was cancelled because it had passed.
Failure dial_failed(const net::DialFailure& failure, const protocol::Network& network,
                    Duration timeout);
// The connection ended before all was answered.
Failure ended_early(const net::End& end, Phase phase, ByteView first_bytes,
                    const protocol::Network& network);
// No version and verack in time.
Failure no_version_in_time(std::uint64_t bytes_received, Duration timeout);
Failure broken_rule(const peer::SessionFault& fault);
Failure malformed_message(protocol::MessageKind kind, wire::PayloadRule rule);
Failure bad_header(std::uint32_t height, HeaderFault fault);
Failure never_stops(Phase phase);

}  // namespace veilwire::probe

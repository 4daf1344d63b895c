// An encrypted conversation between two transports in one process, with everything that crossed
// the wire counted and looked at: what `veilwire demo` prints.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/app/demo/sample_messages.h"
#include "veilwire/base/bytes.h"
#include "veilwire/base/entropy.h"
#include "veilwire/transport/transport.h"

namespace veilwire::app {

// How much of each message is kept to be shown.
inline constexpr std::size_t kShownV2Bytes = 8;
inline constexpr std::size_t kShownV1Bytes = transport::kV1PrefixBytes;

// Bytes that crossed the wire in one go.
struct Flight {
  Speaker speaker;
  std::string what;
  std::size_t bytes;
  Bytes first_bytes;  // at most kShownV2Bytes
};

struct SaidMessage {
  Speaker speaker;
  std::string name;  // empty for a decoy
  std::size_t payload_bytes;
  std::size_t v2_bytes;
  // What version 1 would have sent; nothing for a decoy, which it does not have.
  std::optional<std::size_t> v1_bytes{};
  Bytes v2_first_bytes{};  // at most kShownV2Bytes
  Bytes v1_first_bytes{};  // at most kShownV1Bytes
};

// What a changed byte on the wire led to.
struct Tampering {
  std::size_t packet_bytes;
  std::size_t bit;  // which of the packet's bits was turned
  transport::Fault fault;
};

struct Totals {
  std::size_t handshake_bytes = 0;
  std::size_t messages = 0;
  std::size_t v2_bytes = 0;  // of messages
  std::size_t v1_bytes = 0;
  std::size_t decoys = 0;
  std::size_t decoy_bytes = 0;
};

struct Transcript {
  transport::SessionId initiator_session_id;
  transport::SessionId responder_session_id;
  std::uint32_t initiator_garbage_bytes;
  std::uint32_t responder_garbage_bytes;
  std::vector<Flight> handshake;
  std::vector<SaidMessage> said;
  Tampering tampering;

  Totals totals() const;
};

// Says all of sample_conversation() and then lets one more packet be changed on its way. Every
// message is checked to arrive as it was sent. Time does not pass in it: with the same entropy it
// is the same conversation. The error is one sentence.
std::expected<Transcript, std::string> hold_conversation(Entropy& entropy);

}  // namespace veilwire::app

// What two nodes say to each other first, for the demonstration: messages of the true layout and
// size, with made-up contents.
#pragma once

#include <cstdint>
#include <expected>
#include <variant>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/entropy.h"
#include "veilwire/protocol/message.h"

namespace veilwire::app {

// Who says it: the side that dialled, or the side that was dialled.
enum class Speaker : std::uint8_t { kInitiator, kResponder };

struct Decoy {
  Bytes contents;
};

struct Utterance {
  Speaker speaker;
  std::variant<protocol::OwnedMessage, Decoy> what;

  // Null for a decoy.
  const protocol::OwnedMessage* message() const {
    return std::get_if<protocol::OwnedMessage>(&what);
  }
  const Bytes& bytes() const {
    return message() != nullptr ? message()->payload : std::get<Decoy>(what).contents;
  }
};

inline constexpr std::size_t kSampleBlockBytes = 1'000'000;

// The whole conversation in order: version negotiation, a transaction announced, asked for and
// sent, pings, a header, a block of kSampleBlockBytes, a decoy, a message that nobody knows.
std::expected<std::vector<Utterance>, EntropyFailure> sample_conversation(Entropy& entropy);

}  // namespace veilwire::app

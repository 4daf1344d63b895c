// What two nodes say to each other first, for the demonstration: messages of the true layout and
// size, with made-up contents.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/entropy.h"

namespace veilwire::app {

// Who says it: the side that dialled, or the side that was dialled.
enum class Speaker : std::uint8_t { kInitiator, kResponder };

struct Utterance {
  Speaker speaker;
  std::string name;  // of the message; empty for a decoy
  Bytes payload;
};

inline constexpr std::size_t kSampleBlockBytes = 1'000'000;

// The whole conversation in order: version negotiation, a transaction announced, asked for and
// sent, pings, a header, a block of kSampleBlockBytes, a decoy, a message that nobody knows.
std::expected<std::vector<Utterance>, EntropyFailure> sample_conversation(Entropy& entropy);

}  // namespace veilwire::app

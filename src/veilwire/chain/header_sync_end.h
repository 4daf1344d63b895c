// Why one peer's headers are asked for no more.
#pragma once

#include <cstdint>
#include <string_view>

namespace veilwire::chain {

enum class HeaderSyncEnd : std::uint8_t {
  // Nobody's fault: a peer may be busy, behind or on its way to another chain.
  kSilent,           // no answer in time
  kTooSlow,          // answers, but the whole takes too long
  kTooLittleWork,    // its chain ends before it has enough; what it says later is heard
  kDoesNotContinue,  // it went over to another chain between two messages
  kChangedChain,     // or between the first time and the second
  kEndedEarly,       // likewise
  // Its fault.
  kNotInARow,      // within one message
  kHighHash,       // a header without the work that it claims
  kBadDifficulty,  // a change of target that no chain can have there
  kTooLong,        // more headers than can have been made since the chain left ours
  kNoProgress,     // it answers with what it has sent before
  kUnconnected,    // whatever it is asked, what it sends stands on nothing that we know
  kBreaksRule,     // the tree's refusal says which
  // Ours.
  kNoEntropy,
  kTreeFull,
};

// Whether the peer could have known better.
bool is_fault(HeaderSyncEnd end);
// "its chain changed when it was fetched again".
std::string_view header_sync_end_text(HeaderSyncEnd end);

}  // namespace veilwire::chain

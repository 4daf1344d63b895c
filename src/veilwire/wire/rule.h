// Why bytes are no message: one name for each rule that a payload can break. All are the peer's
// fault.
#pragma once

#include <cstdint>
#include <string_view>

namespace veilwire::wire {

enum class PayloadRule : std::uint8_t {
  kTruncated,               // it ends before its last field
  kNonMinimalCompactSize,   // a CompactSize in more bytes than its value needs
  kTooMany,                 // a count over what the protocol allows
  kTooLong,                 // a string, an address or a script over its limit
  kTrailingBytes,           // bytes after the last field, where the message allows none
  kBadValue,                // a field whose value has no meaning and may not be passed on
  kSuperfluousWitness,      // the witness form of a transaction without any witness (BIP 144)
  kUnknownTransactionFlag,  // a flag byte other than 1 after the marker (BIP 144)
  kBadIndex,                // an index of a compact block that overflows or goes past the block
};

// A stable name for logs and tests: "non_minimal_compact_size".
std::string_view rule_name(PayloadRule rule);
// One sentence's end that says what was wrong: "a count is over what the protocol allows".
std::string_view rule_text(PayloadRule rule);

}  // namespace veilwire::wire

#include "veilwire/wire/rule.h"

namespace veilwire::wire {

std::string_view rule_name(PayloadRule rule) {
  switch (rule) {
    case PayloadRule::kTruncated:
      return "truncated";
    case PayloadRule::kNonMinimalCompactSize:
      return "non_minimal_compact_size";
    case PayloadRule::kTooMany:
      return "too_many";
    case PayloadRule::kTooLong:
      return "too_long";
    case PayloadRule::kTrailingBytes:
      return "trailing_bytes";
    case PayloadRule::kBadValue:
      return "bad_value";
    case PayloadRule::kSuperfluousWitness:
      return "superfluous_witness";
    case PayloadRule::kUnknownTransactionFlag:
      return "unknown_transaction_flag";
    case PayloadRule::kBadIndex:
      return "bad_index";
  }
  return "unknown";
}

std::string_view rule_text(PayloadRule rule) {
  switch (rule) {
    case PayloadRule::kTruncated:
      return "it ends before its last field";
    case PayloadRule::kNonMinimalCompactSize:
      return "a length or a count takes more bytes than it needs";
    case PayloadRule::kTooMany:
      return "a count is over what the protocol allows";
    case PayloadRule::kTooLong:
      return "a string, an address or a script is over its limit";
    case PayloadRule::kTrailingBytes:
      return "bytes follow its last field";
    case PayloadRule::kBadValue:
      return "a field has a value without meaning";
    case PayloadRule::kSuperfluousWitness:
      return "a transaction without a witness is in the form of one that has it";
    case PayloadRule::kUnknownTransactionFlag:
      return "a transaction has an unknown flag";
    case PayloadRule::kBadIndex:
      return "an index overflows or goes past the block";
  }
  return "it breaks an unknown rule";
}

}  // namespace veilwire::wire

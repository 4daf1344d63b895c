#include "veilwire/wire/rule.h"

namespace veilwire::wire {

std::string_view rule_name(Rule rule) {
  switch (rule) {
    case Rule::kTruncated:
      return "truncated";
    case Rule::kNonMinimalCompactSize:
      return "non_minimal_compact_size";
    case Rule::kTooMany:
      return "too_many";
    case Rule::kTooLong:
      return "too_long";
    case Rule::kTrailingBytes:
      return "trailing_bytes";
    case Rule::kBadValue:
      return "bad_value";
    case Rule::kSuperfluousWitness:
      return "superfluous_witness";
    case Rule::kUnknownTransactionFlag:
      return "unknown_transaction_flag";
    case Rule::kBadIndex:
      return "bad_index";
  }
  return "unknown";
}

std::string_view rule_text(Rule rule) {
  switch (rule) {
    case Rule::kTruncated:
      return "it ends before its last field";
    case Rule::kNonMinimalCompactSize:
      return "a length or a count takes more bytes than it needs";
    case Rule::kTooMany:
      return "a count is over what the protocol allows";
    case Rule::kTooLong:
      return "a string, an address or a script is over its limit";
    case Rule::kTrailingBytes:
      return "bytes follow its last field";
    case Rule::kBadValue:
      return "a field has a value without meaning";
    case Rule::kSuperfluousWitness:
      return "a transaction without a witness is in the form of one that has it";
    case Rule::kUnknownTransactionFlag:
      return "a transaction has an unknown flag";
    case Rule::kBadIndex:
      return "an index overflows or goes past the block";
  }
  return "it breaks an unknown rule";
}

}  // namespace veilwire::wire

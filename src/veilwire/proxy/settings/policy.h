// What may be spoken with a peer: one row for each policy. The parser, the help, the error texts,
// the dial and what follows a downgrade are all derived from these rows; to add a policy, add its
// value and its row.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/transport/dial_choice.h"

namespace veilwire::proxy {

enum class Policy : std::uint8_t { kPreferV2, kV2Only, kV1BlocksOnly, kV1Only };

// What a connection may carry in the clear, which is in version 1.
enum class InClear : std::uint8_t {
  kNothing,     // the connection is refused
  kBlocksOnly,  // everything but transactions (see carriage/blocks_only.h)
  kEverything,
};

struct PolicyRow {
  Policy policy;
  std::string_view name;
  int strictness;  // of two policies, the one with more lets less be read
  transport::DialPolicy dial;
  InClear in_clear;
  std::string_view help;  // what it does, without a full stop
};

// In the order of the enumeration.
inline constexpr std::array kPolicies{
    PolicyRow{.policy = Policy::kPreferV2,
              .name = "prefer-v2",
              .strictness = 1,
              .dial = transport::DialPolicy::kPreferV2,
              .in_clear = InClear::kEverything,
              .help = "version 2 first, version 1 with peers that lack it"},
    PolicyRow{.policy = Policy::kV2Only,
              .name = "v2-only",
              .strictness = 3,
              .dial = transport::DialPolicy::kV2Only,
              .in_clear = InClear::kNothing,
              .help = "version 2 or no connection"},
    PolicyRow{.policy = Policy::kV1BlocksOnly,
              .name = "v1-blocks-only",
              .strictness = 2,
              .dial = transport::DialPolicy::kPreferV2,
              .in_clear = InClear::kBlocksOnly,
              .help = "as prefer-v2, but no transactions over version 1"},
    PolicyRow{.policy = Policy::kV1Only,
              .name = "v1-only",
              .strictness = 0,
              .dial = transport::DialPolicy::kV1Only,
              .in_clear = InClear::kEverything,
              .help = "version 1 without trying version 2"},
};

constexpr const PolicyRow& row_of(Policy policy) {
  return kPolicies[static_cast<std::size_t>(policy)];
}
static_assert([] {
  for (const PolicyRow& row : kPolicies) {
    if (row_of(row.policy).name != row.name) return false;
  }
  return true;
}());

constexpr std::string_view policy_name(Policy policy) { return row_of(policy).name; }
constexpr transport::DialPolicy dial_policy(Policy policy) { return row_of(policy).dial; }
constexpr InClear in_clear(Policy policy) { return row_of(policy).in_clear; }

// Of two, the one under which less is said in the clear.
constexpr Policy stricter(Policy one, Policy other) {
  return row_of(one).strictness < row_of(other).strictness ? other : one;
}

std::optional<Policy> policy_from_name(std::string_view name);
// "prefer-v2, v2-only, v1-blocks-only or v1-only", for a sentence.
std::string policy_names();

}  // namespace veilwire::proxy

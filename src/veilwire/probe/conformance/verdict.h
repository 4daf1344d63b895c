// What the conformance suite says about one rule.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "veilwire/base/time.h"

namespace veilwire::probe::conformance {

enum class Demand : std::uint8_t {
  kMust,    // what the BIP prescribes
  kMay,     // what it leaves open; worth knowing
  kPolicy,  // what the BIP does not speak of, and well-kept peers of the network do
};

enum class Outcome : std::uint8_t {
  kPass,
  kFail,     // shown to be otherwise. Of a kMay: not done, which is allowed
  kUnclear,  // neither could be shown; `seen` says why
  kSkipped,  // not played; `seen` says why
};

struct Verdict {
  std::string_view rule;  // stable: "refuses_4096_bytes_of_garbage"
  Demand demand = Demand::kMust;
  std::string_view clause;    // where it says so: the title of a part of BIP 324, or what else
  std::string_view sentence;  // what the rule is: "Garbage over 4095 bytes ends the connection."
  Outcome outcome = Outcome::kPass;
  std::string seen;  // what was seen, one sentence without foreign characters; may be empty
  Duration took{};
};

}  // namespace veilwire::probe::conformance

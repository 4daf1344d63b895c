// Verdicts for people and for programs. All results are plain ASCII without control characters.
#pragma once

#include <string>
#include <string_view>

#include "veilwire/probe/conformance/conformance.h"

namespace veilwire::probe::conformance {

std::string_view demand_name(Demand demand);     // "MUST", "MAY", "POLICY"
std::string_view outcome_name(Outcome outcome);  // "pass", "fail", "unclear", "skipped"

// One line without its newline; what was seen follows where it is not a pass.
std::string to_text(const Verdict& verdict);
// One JSON object in one line without its newline: rule, demand, clause, sentence, outcome, seen,
// took_ms.
std::string to_json(const Verdict& verdict);

// "71 rules: 70 passed, 0 failed, ..." and, where it was stopped, why.
std::string to_text(const Summary& summary);
// One JSON object: "summary": true, passed, pass, fail, unclear, skipped, must_fail, must_unclear,
// stopped.
std::string to_json(const Summary& summary);

}  // namespace veilwire::probe::conformance

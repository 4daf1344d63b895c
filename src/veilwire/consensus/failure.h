// The one rule that a block breaks, and where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "veilwire/consensus/reason.h"
#include "veilwire/consensus/script/error.h"

namespace veilwire::consensus {

struct Failure {
  Reason reason{};
  Guilt guilt = guilt_of(reason);
  // Where it is one transaction's fault, its place in the block; where one input's, that too.
  std::optional<std::uint32_t> transaction{};
  std::optional<std::uint32_t> input{};
  ScriptError script_error = ScriptError::kOk;  // of kScriptFailed

  friend bool operator==(const Failure&, const Failure&) = default;
};

// "block-script-verify-flag-failed (EVAL_FALSE), transaction 12, input 3".
std::string failure_text(const Failure& failure);

}  // namespace veilwire::consensus

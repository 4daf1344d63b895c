// The check of one input's scripts, as a value that may be kept, moved to another thread and run
// there: it shares the ownership of all that it refers to, and so may outlive the block that it came
// from.
#pragma once

#include <cstdint>
#include <memory>

#include "veilwire/consensus/script/error.h"
#include "veilwire/consensus/script/flags.h"
#include "veilwire/consensus/script/spending.h"

namespace veilwire::consensus {

class ScriptCheck {
 public:
  // REQUIRES: `spending` is not null.
  ScriptCheck(std::shared_ptr<const Spending> spending, std::uint32_t input, ScriptFlags flags);

  // kOk, or the one rule broken. kUnknownError for an input that is not there and for a spending
  // that is not complete. The same at each call, from any thread.
  ScriptError run() const;

  const Spending& spending() const { return *spending_; }
  std::uint32_t input() const { return input_; }
  ScriptFlags flags() const { return flags_; }

 private:
  std::shared_ptr<const Spending> spending_;
  std::uint32_t input_;
  ScriptFlags flags_;
};

}  // namespace veilwire::consensus

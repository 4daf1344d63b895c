#include "veilwire/consensus/failure.h"

namespace veilwire::consensus {

std::string failure_text(const Failure& failure) {
  std::string text(reason_name(failure.reason));
  if (failure.reason == Reason::kScriptFailed) {
    text.append(" (").append(script_error_name(failure.script_error)).append(")");
  }
  if (failure.transaction) text += ", transaction " + std::to_string(*failure.transaction);
  if (failure.input) text += ", input " + std::to_string(*failure.input);
  return text;
}

}  // namespace veilwire::consensus

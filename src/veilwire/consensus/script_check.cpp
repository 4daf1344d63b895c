#include "veilwire/consensus/script_check.h"

#include <utility>

#include "veilwire/consensus/script/verify.h"

namespace veilwire::consensus {

ScriptCheck::ScriptCheck(std::shared_ptr<const Spending> spending, std::uint32_t input,
                         ScriptFlags flags)
    : spending_(std::move(spending)), input_(input), flags_(flags) {}

ScriptError ScriptCheck::run() const {
  ScriptWork work;
  return verify_input(*spending_, input_, flags_, work);
}

}  // namespace veilwire::consensus

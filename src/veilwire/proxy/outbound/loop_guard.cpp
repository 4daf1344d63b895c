#include "veilwire/proxy/outbound/loop_guard.h"

namespace veilwire::proxy {

bool LoopGuard::accepted(const FourTuple& tuple) {
  if (dialled_.contains(tuple)) return false;
  accepted_.emplace(tuple, Whose::kOthers);
  return true;
}

bool LoopGuard::dialled(const FourTuple& tuple) {
  const auto other_end = accepted_.find(tuple);
  if (other_end != accepted_.end()) {
    other_end->second = Whose::kOurs;
    return false;
  }
  dialled_.insert(tuple);
  return true;
}

bool LoopGuard::is_own(const FourTuple& accepted) const {
  const auto place = accepted_.find(accepted);
  return place != accepted_.end() && place->second == Whose::kOurs;
}

}  // namespace veilwire::proxy

#include "veilwire/proxy/outbound/loop_guard.h"

namespace veilwire::proxy {

bool LoopGuard::accepted(const Link& link) {
  if (dialled_.contains(link)) return false;
  accepted_.emplace(link, Whose::kOthers);
  return true;
}

bool LoopGuard::dialled(const Link& link) {
  const auto other_end = accepted_.find(link);
  if (other_end != accepted_.end()) {
    other_end->second = Whose::kOurs;
    return false;
  }
  dialled_.insert(link);
  return true;
}

bool LoopGuard::is_own(const Link& accepted) const {
  const auto place = accepted_.find(accepted);
  return place != accepted_.end() && place->second == Whose::kOurs;
}

}  // namespace veilwire::proxy

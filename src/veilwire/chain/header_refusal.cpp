#include "veilwire/chain/header_refusal.h"

namespace veilwire::chain {

bool HeaderRefusal::is_fault() const {
  switch (kind) {
    case Kind::kBreaksRule:
      return consensus::guilt_of(reason) != consensus::Guilt::kClock;
    case Kind::kInvalidParent:
    case Kind::kKnownInvalid:
      return true;
    case Kind::kUnknownParent:
    case Kind::kTreeFull:
      return false;
  }
  return false;
}

std::string_view refusal_name(const HeaderRefusal& refusal) {
  switch (refusal.kind) {
    case HeaderRefusal::Kind::kBreaksRule:
      return consensus::reason_name(refusal.reason);
    case HeaderRefusal::Kind::kUnknownParent:
      return "prev-blk-not-found";
    case HeaderRefusal::Kind::kInvalidParent:
      return "bad-prevblk";
    case HeaderRefusal::Kind::kKnownInvalid:
      return "duplicate-invalid";
    case HeaderRefusal::Kind::kTreeFull:
      return "header-tree-full";
  }
  return "";
}

}  // namespace veilwire::chain

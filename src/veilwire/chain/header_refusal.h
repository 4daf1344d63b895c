// Why a header is not taken into the tree.
#pragma once

#include <cstdint>
#include <string_view>

#include "veilwire/consensus/reason.h"

namespace veilwire::chain {

struct HeaderRefusal {
  enum class Kind : std::uint8_t {
    kBreaksRule,     // `reason` says which; kTimeTooNew is one that it may keep later
    kUnknownParent,  // nobody's fault: what comes before it is to be asked for
    kInvalidParent,  // stands on a block that failed
    kKnownInvalid,   // failed itself, earlier
    kTreeFull,       // ours
  };

  Kind kind{};
  consensus::Reason reason{};  // of kBreaksRule

  // Whether whoever sent it could have known better.
  bool is_fault() const;

  friend bool operator==(const HeaderRefusal&, const HeaderRefusal&) = default;
};

// As Bitcoin Core's RPC and logs have it: "bad-prevblk", "high-hash".
std::string_view refusal_name(const HeaderRefusal& refusal);

}  // namespace veilwire::chain

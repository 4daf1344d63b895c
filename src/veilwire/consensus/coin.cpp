#include "veilwire/consensus/coin.h"

#include "veilwire/consensus/limits.h"

namespace veilwire::consensus {

bool is_spendable(ByteView script) {
  constexpr std::uint8_t kOpReturn = 0x6a;
  return script.size() <= kMaxSpendableScriptBytes && (script.empty() || script[0] != kOpReturn);
}

}  // namespace veilwire::consensus

#include "veilwire/consensus/coin.h"

#include "veilwire/consensus/script/limits.h"
#include "veilwire/consensus/script/opcode.h"

namespace veilwire::consensus {

bool is_spendable(ByteView script) {
  return script.size() <= kMaxScriptBytes && (script.empty() || script[0] != kOpReturn);
}

}  // namespace veilwire::consensus

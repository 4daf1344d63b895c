// Where a block stands: what its ancestors and its network ask of it.
#pragma once

#include <cstdint>

#include "veilwire/base/hash256.h"
#include "veilwire/base/time.h"
#include "veilwire/consensus/ancestors.h"
#include "veilwire/protocol/network.h"
#include "veilwire/wire/block_header.h"

namespace veilwire::consensus {

// A plain value that points to the network and to the ancestors, which outlive it.
struct BlockContext {
  const protocol::Network* network = nullptr;
  const Ancestors* ancestors = nullptr;
  protocol::Height height{};
  std::uint32_t demanded_bits = 0;
  UnixTime previous_time{};
  UnixTime median_time{};  // the median time past of the block before

  // Of the block with this header, after `ancestors`.
  static BlockContext of(const protocol::Network& network, const Ancestors& ancestors,
                         const wire::BlockHeader& header);

  bool bip34_holds() const { return height >= network->heights.bip34; }
  bool csv_holds() const { return height >= network->heights.csv; }
  bool segwit_holds() const { return height >= network->heights.segwit; }
  // What lock times are compared with (BIP 113).
  UnixTime lock_time_cutoff(const wire::BlockHeader& header) const {
    return csv_holds() ? median_time : header.time;
  }
};

// BIP 30: whether no transaction of the block may make an output that lies there unspent already. It
// must be asked while BIP 34's coinbases could still be repeated: until they name their heights on
// this chain, and again once the heights that early coinbases happened to name are reached. The two
// repeats of main are exempt.
bool bip30_is_checked(const BlockContext& context, const Hash256& block);

}  // namespace veilwire::consensus

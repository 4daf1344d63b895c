// What is known of the chain, made anew out of the block files alone, for the day when the disk lied
// about the rest. The coins are thrown away: they are built again at the next start, as blocks are
// connected one after the other.
#pragma once

#include <cstdint>
#include <string>

#include "veilwire/base/time.h"
#include "veilwire/host/files.h"
#include "veilwire/protocol/network.h"
#include "veilwire/store/store_error.h"

namespace veilwire::store {

struct Reindexed {
  std::uint32_t blocks = 0;   // that have a place in the tree now
  std::uint32_t refused = 0;  // whose header breaks a rule
  std::uint32_t alone = 0;    // whose parent is not there
};

// Refused, with nothing changed, where somebody has the folder open, where the files are scrambled, and
// where the clock says that a block comes too early or no block can be used: that is not the files'
// fault. Whatever ends the process on the way, the folder is as it was, but perhaps without coins,
// which a start makes good; or as it should be.
StoreResult<Reindexed> reindex(host::Files& files, const std::string& folder,
                               const protocol::Network& network, UnixTime now);

// Throws the coins away, and nothing else: a start builds them again from blocks and undo files.
StoreResult<void> reindex_chainstate(host::Files& files, const std::string& folder);

}  // namespace veilwire::store

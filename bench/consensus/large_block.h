// A block on regtest whose inputs are all P2WPKH, with the chain below it.
#pragma once

#include <cstddef>
#include <vector>

#include "veilwire/app/speed/signed_spends.h"
#include "veilwire/base/bytes.h"

namespace veilwire::bench {

struct LargeBlock {
  std::vector<Bytes> chain;  // from the one after the genesis block to the one that makes the coins
  Bytes block;               // spends them all, two by each transaction
  std::vector<app::SignedDigest> signatures;
};

// REQUIRES: `inputs` is even.
LargeBlock make_large_block(std::size_t inputs);

}  // namespace veilwire::bench

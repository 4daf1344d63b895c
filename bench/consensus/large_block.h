// A block on regtest whose inputs are all P2WPKH, with the chain below it.
#pragma once

#include <cstddef>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"

namespace veilwire::bench {

// What a check of one input comes down to.
struct SignedDigest {
  Bytes public_key;
  Bytes signature;  // without its type
  Hash256 digest{};
};

struct LargeBlock {
  std::vector<Bytes> chain;  // from the one after the genesis block to the one that makes the coins
  Bytes block;               // spends them all, two by each transaction
  std::vector<SignedDigest> signatures;
};

// REQUIRES: `inputs` is even.
LargeBlock make_large_block(std::size_t inputs);

}  // namespace veilwire::bench

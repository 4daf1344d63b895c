// A block whose check is measured, with all that the check asks for.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "veilwire/app/speed/signed_spends.h"
#include "veilwire/base/bytes.h"
#include "veilwire/consensus/ancestors.h"
#include "veilwire/consensus/outside_coins.h"
#include "veilwire/protocol/network.h"

namespace veilwire::app {

struct MeasuredBlock {
  const protocol::Network* network = nullptr;
  std::shared_ptr<const consensus::Ancestors> ancestors;
  Bytes bytes;
  // What it takes from the chain.
  std::shared_ptr<const consensus::OutsideCoins> coins;
  // All that are in it.
  std::vector<SignedDigest> signatures;

  std::size_t inputs() const { return signatures.size(); }
};

// On regtest, right after the genesis block, of nothing but P2WPKH inputs, two by each transaction.
// The coins that it spends are made up: no chain has them. REQUIRES: `inputs` is even.
MeasuredBlock make_measured_block(std::size_t inputs);

}  // namespace veilwire::app

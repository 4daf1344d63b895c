// A transaction of the generated chain and its signatures. Those outside the witness come first:
// the txid commits to them, and later spends to the txid.
#pragma once

#include <vector>

#include "key_ring.h"
#include "unspent.h"
#include "veilwire/consensus/testing/drafts.h"

namespace veilwire::bench {

struct Spend {
  consensus::testing::TransactionDraft draft;
  std::vector<Unspent> coins;  // what its inputs spend, in their order
  Hash256 txid{};              // once sign_scripts() has run

  bool has_witness() const;
};

// The P2PKH inputs.
void sign_scripts(Spend& spend, const KeyRing& keys);
// All others. Needs nothing but the spend: any thread may do it.
void sign_witnesses(Spend& spend, const KeyRing& keys);

}  // namespace veilwire::bench

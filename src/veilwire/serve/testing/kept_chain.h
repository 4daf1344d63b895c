// Chains of regtest blocks, made, kept in memory and known to a tree.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "veilwire/chain/header_tree.h"
#include "veilwire/chain/testing/blocks_in_memory.h"
#include "veilwire/chain/testing/made_headers.h"
#include "veilwire/consensus/testing/drafts.h"

namespace veilwire::serve::testing {

class KeptChain {
 public:
  static constexpr std::chrono::seconds kSpacing{600};

  // So many blocks with a witness on `from`, connected, `spacing` apart. Of different marks, different
  // ones. The last one.
  chain::NodeIndex grow(std::size_t count, chain::NodeIndex from, std::uint32_t mark = 0,
                        std::chrono::seconds spacing = kSpacing) {
    for (std::size_t i = 0; i < count; ++i) {
      const chain::HeaderNode& last = tree.nodes()[from];
      consensus::testing::BlockDraft draft;
      draft.header = chain::testing::draft(last.hash, from_unix_seconds(last.time) + spacing);
      draft.transactions.push_back(
          consensus::testing::coinbase(last.height.next(), consensus::Amount::of(mark).value()));
      draft.commit();
      draft.set_root();
      draft.mine();
      from = tree.add(draft.header, draft.header.time).value().index;
      EXPECT_TRUE(store.add_block(from, draft.bytes()));
      tree.set_data_here(from);
      tree.set_connected(from);
    }
    return from;
  }
  // Headers alone, as far as anybody can tell with blocks.
  chain::NodeIndex grow_headers(std::size_t count, chain::NodeIndex from, std::uint32_t tag = 1) {
    const chain::HeaderNode& last = tree.nodes()[from];
    for (const auto& header :
         chain::testing::mined_chain(last.hash, from_unix_seconds(last.time), count, tag)) {
      from = tree.add(header, header.header.time).value().index;
      tree.set_data_here(from);
      tree.set_connected(from);
    }
    return from;
  }
  const Hash256& hash(chain::NodeIndex index) const { return tree.nodes()[index].hash; }
  chain::NodeIndex at(chain::NodeIndex tip, std::uint32_t height) const {
    return tree.nodes().ancestor(tip, protocol::Height::of(height));
  }

  chain::HeaderTree tree{chain::testing::regtest(), 1};
  chain::testing::BlocksInMemory store;
};

}  // namespace veilwire::serve::testing

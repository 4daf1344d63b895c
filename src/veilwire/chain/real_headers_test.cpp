// The first headers of main and signet, through every rule of the tree.
#include "veilwire/chain/testing/real_headers.h"

#include <gtest/gtest.h>

#include "veilwire/chain/header_tree.h"
#include "veilwire/chain/testing/made_headers.h"

namespace veilwire::chain {
namespace {

void expect_all_taken(const protocol::Network& network, ByteView bytes) {
  const std::vector<wire::BlockHeader> headers = testing::headers_in(bytes);
  HeaderTree tree(network, 1);
  const UnixTime now = headers.back().time;
  const AddedRun run = tree.add(std::span<const wire::BlockHeader>(headers), now);
  EXPECT_FALSE(run.refusal) << refusal_name(*run.refusal) << " after " << run.taken;
  EXPECT_EQ(tree.nodes().size(), headers.size());  // the genesis block is among them
  EXPECT_EQ(tree.best_header().value(), headers.size() - 1);
  for (std::uint32_t i = 0; i < headers.size(); ++i) {
    ASSERT_EQ(tree.nodes().header(NodeIndex::of(i)), headers[i]) << i;
  }
  std::cout << network.name << ": " << run.taken << " headers\n";
}

TEST(RealHeaders, OfMainAreTaken) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, "data/mainnet_headers_0_10236.bin");
  expect_all_taken(testing::network("main"), bytes);
}

TEST(RealHeaders, OfSignetAreTaken) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, "data/signet_headers_0_2015.bin");
  expect_all_taken(testing::network("signet"), bytes);
}

}  // namespace
}  // namespace veilwire::chain

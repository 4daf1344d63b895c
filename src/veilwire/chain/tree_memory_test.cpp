// What a header costs, at real size.
#include <gtest/gtest.h>

#include "veilwire/chain/branch.h"
#include "veilwire/chain/header_tree.h"
#include "veilwire/chain/testing/made_headers.h"
#include "veilwire/wire/testing/counting_new.h"

namespace veilwire::chain {
namespace {

constexpr double kOwn = wire::BlockHeader::kBytes;

class TreeMemory : public ::testing::Test {
 protected:
  void grow_to(std::uint32_t size) {
    while (tree.nodes().size() < size) {
      const HashedHeader header{testing::draft(previous, {}),
                                testing::made_up_hash(tree.nodes().size())};
      ASSERT_TRUE(tree.restore(header));
      previous = header.hash;
    }
  }
  double bytes_beyond_the_header() const {
    const auto live = static_cast<double>(wire::testing::live_bytes() - before);
    // The allocator's own rounding is less than a tenth of a byte a header.
    EXPECT_NEAR(live / tree.nodes().size(), static_cast<double>(tree.bytes()) / tree.nodes().size(),
                0.1);
    return live / tree.nodes().size() - kOwn;
  }

  std::size_t before = wire::testing::live_bytes();
  HeaderTree tree{testing::regtest(), 9};
  Hash256 previous = testing::regtest().genesis.hash;
};

TEST_F(TreeMemory, Is57BytesBeyondAHeadersOwnForAMillion) {
  grow_to(1'000'000);
  const double beyond = bytes_beyond_the_header();
  std::cout << beyond << " bytes beyond the header's own 80\n";
  EXPECT_LE(beyond, 57);
}

// The index has just doubled.
TEST_F(TreeMemory, IsAtMost62BytesBeyondAHeadersOwn) {
  grow_to(786'433);
  EXPECT_LE(bytes_beyond_the_header(), 62);
}

// A simulator holds thousands of them.
TEST_F(TreeMemory, OfAnEmptyTreeIsLessThan50KiB) {
  EXPECT_LE(wire::testing::live_bytes() - before, 50u * 1024);
}

TEST_F(TreeMemory, IsNotAllocatedToAnswerForABranch) {
  grow_to(5000);
  const Branch branch(tree.nodes(), NodeIndex::of(4999));
  EXPECT_EQ(wire::testing::allocations_of(
                [&] { return consensus::BlockContext::of(testing::regtest(), branch, {}); }),
            0u);
}

}  // namespace
}  // namespace veilwire::chain

#include "veilwire/protocol/services.h"

#include <gtest/gtest.h>

namespace veilwire::protocol {
namespace {

using Names = std::vector<std::string>;

TEST(Services, AreNamedLowestBitFirst) {
  EXPECT_EQ(service_names(0), Names{});
  EXPECT_EQ(service_names(kNodeP2pV2 | kNodeNetwork | kNodeWitness | kNodeNetworkLimited),
            (Names{"NETWORK", "WITNESS", "NETWORK_LIMITED", "P2P_V2"}));
  EXPECT_EQ(service_names(kNodeBloom | kNodeCompactFilters), (Names{"BLOOM", "COMPACT_FILTERS"}));
}

TEST(Services, ThatNobodyKnowsAreNamedByTheirBit) {
  EXPECT_EQ(service_names(Services{1} << 63 | 1u << 1 | 1u << 24),
            (Names{"UNKNOWN[2^1]", "UNKNOWN[2^24]", "UNKNOWN[2^63]"}));
  EXPECT_EQ(service_names(~Services{0}).size(), 64u);
}

}  // namespace
}  // namespace veilwire::protocol

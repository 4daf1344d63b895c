#include "veilwire/probe/header_chain.h"

#include <gtest/gtest.h>

#include "veilwire/probe/testing/mined_headers.h"
#include "veilwire/wire/testing/real_data.h"

namespace veilwire::probe {
namespace {

using testing::mined_on;
using wire::BlockHeader;

protocol::Network network(std::string_view name) { return *protocol::network_from_name(name); }

TEST(HeaderChain, StartsAtGenesisAndGrows) {
  HeaderChain chain(network("regtest"));
  const BlockHeader first = mined_on(network("regtest").genesis.hash);
  EXPECT_EQ(chain.add(first), std::nullopt);
  EXPECT_EQ(chain.add(mined_on(first.hash())), std::nullopt);
  EXPECT_EQ(chain.height(), 2);
}

TEST(HeaderChain, RefusesWhatDoesNotChain) {
  HeaderChain chain(network("regtest"));
  EXPECT_EQ(chain.add(mined_on(network("main").genesis.hash)), HeaderFault::kDoesNotChain);
  EXPECT_EQ(chain.height(), 0);
}

TEST(HeaderChain, RefusesWorkThatIsNotThere) {
  HeaderChain chain(network("regtest"));
  BlockHeader header = mined_on(network("regtest").genesis.hash);
  while (wire::meets_own_target(header)) ++header.nonce;
  EXPECT_EQ(chain.add(header), HeaderFault::kTooLittleWork);
}

TEST(HeaderChain, RefusesATargetEasierThanTheNetworks) {
  HeaderChain chain(network("main"));
  EXPECT_EQ(chain.add(mined_on(network("main").genesis.hash)), HeaderFault::kTooEasy);
}

TEST(HeaderChain, ComparesTargetsAsNumbers) {
  EXPECT_TRUE(is_easier(0x207fffff, 0x1d00ffff));
  EXPECT_TRUE(is_easier(0x1d010000, 0x1d00ffff));
  EXPECT_TRUE(is_easier(0x1e000100, 0x1d00ffff));
  EXPECT_FALSE(is_easier(0x1c7fffff, 0x1d00ffff));
  EXPECT_FALSE(is_easier(0x1d00ffff, 0x1d00ffff));
  EXPECT_FALSE(is_easier(0xff000000, 0x1d00ffff));
}

TEST(HeaderChain, TakesRealHeaders) {
  for (const auto& [name, file] : {std::pair{"main", "data/mainnet_headers_0_10236.bin"},
                                   std::pair{"signet", "data/signet_headers_0_2015.bin"}}) {
    VEILWIRE_READ_REAL_OR_SKIP(bytes, file);
    HeaderChain chain(network(name));
    wire::Reader reader(bytes);
    EXPECT_EQ(BlockHeader::read(reader).hash(), network(name).genesis.hash);
    std::uint32_t count = 0;
    for (; reader.left() >= BlockHeader::kBytes; ++count) {
      ASSERT_EQ(chain.add(BlockHeader::read(reader)), std::nullopt) << name << ' ' << count;
    }
    EXPECT_EQ(chain.height(), count);
  }
}

}  // namespace
}  // namespace veilwire::probe

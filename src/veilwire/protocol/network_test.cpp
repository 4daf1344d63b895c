#include "veilwire/protocol/network.h"

#include <gtest/gtest.h>

#include <set>

namespace veilwire::protocol {
namespace {

TEST(Network, IsFoundByItsNameAndItsMagic) {
  for (const Network& network : networks()) {
    EXPECT_EQ(network_from_name(network.name), &network);
    EXPECT_EQ(network_from_magic(network.magic), &network);
  }
  for (const char* name : {"", "Main", "mainnet", "testnet", "regtest2"}) {
    EXPECT_EQ(network_from_name(name), nullptr) << name;
  }
  EXPECT_EQ(network_from_magic({}), nullptr);
  EXPECT_EQ(networks().front().name, "main");
}

TEST(Network, NamesMagicsAndPortsAreUnlike) {
  std::set<std::string_view> names;
  std::set<Magic> magics;
  std::set<std::uint16_t> ports;
  for (const Network& network : networks()) {
    EXPECT_TRUE(names.insert(network.name).second);
    EXPECT_TRUE(magics.insert(network.magic).second) << network.name;
    EXPECT_TRUE(ports.insert(network.default_port).second) << network.name;
  }
}

TEST(Network, RetargetsAfterABlockCountThatIsWhole) {
  for (const Network& network : networks()) {
    EXPECT_EQ(network.retarget % network.spacing, std::chrono::seconds(0)) << network.name;
  }
  EXPECT_EQ(network_from_name("main")->retarget_blocks(), 2016u);
}

// The compact form has 24 bits of the limit, and zeros for the rest.
TEST(Network, GenesisHasTheEasiestTarget) {
  for (const Network& network : networks()) {
    const std::size_t size = network.genesis.bits >> 24;
    for (std::size_t i = 0; i < network.pow_limit.size(); ++i) {
      const std::uint8_t byte = network.pow_limit[i];
      if (i >= size) {
        EXPECT_EQ(byte, 0) << network.name << i;
      } else if (i + 3 >= size) {
        EXPECT_EQ(byte, network.genesis.bits >> (8 * (i + 3 - size)) & 0xff) << network.name << i;
      }
    }
  }
}

}  // namespace
}  // namespace veilwire::protocol

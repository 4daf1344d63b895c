#include "veilwire/probe/network.h"

#include <algorithm>
#include <array>

namespace veilwire::probe {
namespace {

constexpr std::uint8_t digit(char c) {
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

// From the form that people write: byte-reversed.
constexpr wire::Hash256 from_display(std::string_view text) {
  wire::Hash256 hash{};
  for (std::size_t i = 0; i < hash.size(); ++i) {
    hash[hash.size() - 1 - i] =
        static_cast<std::uint8_t>(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
  }
  return hash;
}

constexpr std::array kNetworks{
    Network{"main", transport::kMainMagic, 8333,
            from_display("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"),
            0x1d00ffff},
    Network{"testnet3", transport::kTestnet3Magic, 18333,
            from_display("000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"),
            0x1d00ffff},
    Network{"testnet4", transport::kTestnet4Magic, 48333,
            from_display("00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043"),
            0x1d00ffff},
    Network{"signet", transport::kSignetMagic, 38333,
            from_display("00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"),
            0x1e0377ae},
    Network{"regtest", transport::kRegtestMagic, 18444,
            from_display("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),
            0x207fffff},
};

}  // namespace

std::span<const Network> networks() { return kNetworks; }

std::optional<Network> network_from_name(std::string_view name) {
  const auto found = std::ranges::find(kNetworks, name, &Network::name);
  if (found == kNetworks.end()) return std::nullopt;
  return *found;
}

Network custom_signet(ByteView challenge_script) {
  Network network = *network_from_name("signet");
  network.magic = transport::signet_magic(challenge_script);
  return network;
}

}  // namespace veilwire::probe

// The networks that a probe knows by name.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "veilwire/transport/network.h"
#include "veilwire/wire/hash.h"

namespace veilwire::probe {

struct Network {
  std::string_view name;  // "main", "testnet3", "testnet4", "signet", "regtest"
  transport::Magic magic;
  std::uint16_t default_port;
  wire::Hash256 genesis_hash;
  // The easiest target that a header may have, in the compact form of its `bits`.
  std::uint32_t easiest_bits;
};

std::span<const Network> networks();
std::optional<Network> network_from_name(std::string_view name);
// The signet of another challenge script (BIP 325): its genesis block is the same, its magic is
// not.
Network custom_signet(ByteView challenge_script);

}  // namespace veilwire::probe

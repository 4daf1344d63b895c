// Checks headers as they come: each names the one before it and carries the work that it claims.
//
// What it does not check: that the claimed work is what the network's difficulty rules ask for. A
// probe asks whether a peer serves a chain, it does not follow one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "veilwire/protocol/network.h"
#include "veilwire/wire/block_header.h"

namespace veilwire::probe {

enum class HeaderFault : std::uint8_t {
  kDoesNotChain,   // its previous block is not the header before it
  kTooEasy,        // its target is easier than the network ever allows
  kTooLittleWork,  // its hash is over its target
};
// One sentence's end: "does not name the one before it".
std::string_view header_fault_text(HeaderFault fault);

// Whether the compact target `bits` is a greater number than `than`. Neither is negative.
bool is_easier(std::uint32_t bits, std::uint32_t than);

class HeaderChain {
 public:
  // Starts at the network's genesis block, height 0.
  explicit HeaderChain(const protocol::Network& network);

  // The next header; a fault leaves the chain as it was.
  std::optional<HeaderFault> add(const wire::BlockHeader& header);

  std::uint32_t height() const { return height_; }
  const Hash256& last_hash() const { return last_hash_; }

 private:
  std::uint32_t easiest_bits_;
  Hash256 last_hash_;
  std::uint32_t height_ = 0;
};

}  // namespace veilwire::probe

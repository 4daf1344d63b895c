#include "veilwire/probe/header_chain.h"

#include <utility>

namespace veilwire::probe {
namespace {

// Size in bytes and leading three bytes, so that greater pairs are greater numbers.
std::pair<std::uint32_t, std::uint32_t> normalised(std::uint32_t bits) {
  std::uint32_t size = bits >> 24;
  std::uint32_t mantissa = bits & 0x007f'ffff;
  while (mantissa < 0x01'0000 && size > 0) {
    mantissa <<= 8;
    --size;
  }
  return {size, mantissa};
}

}  // namespace

std::string_view header_fault_text(HeaderFault fault) {
  switch (fault) {
    case HeaderFault::kDoesNotChain:
      return "does not name the one before it";
    case HeaderFault::kTooEasy:
      return "has a target that is easier than the network allows";
    case HeaderFault::kTooLittleWork:
      return "does not carry the work that it claims";
  }
  return "is wrong";
}

bool is_easier(std::uint32_t bits, std::uint32_t than) {
  return normalised(bits) > normalised(than);
}

HeaderChain::HeaderChain(const protocol::Network& network)
    : easiest_bits_(network.genesis.bits), last_hash_(network.genesis.hash) {}

std::optional<HeaderFault> HeaderChain::add(const wire::BlockHeader& header) {
  if (header.previous != last_hash_) return HeaderFault::kDoesNotChain;
  if (is_easier(header.bits, easiest_bits_)) return HeaderFault::kTooEasy;
  if (!wire::meets_own_target(header)) return HeaderFault::kTooLittleWork;
  last_hash_ = header.hash();
  ++height_;
  return std::nullopt;
}

}  // namespace veilwire::probe

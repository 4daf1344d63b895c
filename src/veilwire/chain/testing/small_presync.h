// Networks whose figures of header sync a test can afford, with chains of real work on them.
#pragma once

#include "veilwire/chain/presync.h"
#include "veilwire/chain/testing/made_headers.h"
#include "veilwire/wire/headers.h"

namespace veilwire::chain::testing {

// Regtest, where one header in seven is committed to and a hundred are held back.
inline protocol::Network small_network() {
  protocol::Network small = regtest();
  small.headers_presync = {.commitment_period = 7, .redownload_buffer = 100};
  return small;
}

// The work of so many regtest blocks, the genesis block included.
inline ChainWork work_of_blocks(std::uint32_t count) {
  return ChainWork(consensus::work_of(regtest().genesis.bits)) * count;
}

// The first chain of that length on the genesis block; of another tag, another one.
inline const std::vector<HashedHeader>& long_chain() {
  static const auto chain =
      mined_chain(regtest().genesis.hash, regtest().genesis.time, 3 * wire::kMaxHeaders + 700);
  return chain;
}

// The same up to some place, and another one from there.
inline std::vector<HashedHeader> forked(std::span<const HashedHeader> chain, std::size_t at) {
  std::vector<HashedHeader> other(chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(at));
  const auto rest = mined_chain(other.back().hash, other.back().header.time, chain.size() - at, 99);
  other.insert(other.end(), rest.begin(), rest.end());
  return other;
}

// What a peer with that chain answers: the full message after the first `known`.
inline std::span<const HashedHeader> message_after(std::span<const HashedHeader> chain,
                                                   std::size_t known) {
  return chain.subspan(known, std::min(wire::kMaxHeaders, chain.size() - known));
}

}  // namespace veilwire::chain::testing

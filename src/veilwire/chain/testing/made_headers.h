// Headers made for a test: with real work on regtest, or with made-up hashes.
#pragma once

#include <vector>

#include "veilwire/chain/header_nodes.h"
#include "veilwire/consensus/header_check.h"

namespace veilwire::chain::testing {

inline const protocol::Network& network(std::string_view name) {
  return *protocol::network_from_name(name);
}
inline const protocol::Network& regtest() { return network("regtest"); }

// Headers of different tags are different.
inline wire::BlockHeader draft(const Hash256& previous, UnixTime time, std::uint32_t tag = 0) {
  wire::BlockHeader header{.version = 4, .previous = previous, .time = time};
  header.bits = regtest().genesis.bits;
  store_le(header.merkle_root.data(), tag);
  return header;
}

inline HashedHeader mined(wire::BlockHeader header) {
  for (;; ++header.nonce) {
    const Hash256 hash = header.hash();
    if (consensus::has_work(regtest(), header, hash)) return {header, hash};
  }
}
inline HashedHeader mined(const Hash256& previous, UnixTime time, std::uint32_t tag = 0) {
  return mined(draft(previous, time, tag));
}

// A chain of `count` on `previous`, a minute apart.
inline std::vector<HashedHeader> mined_chain(Hash256 previous, UnixTime time, std::size_t count,
                                             std::uint32_t tag = 0) {
  std::vector<HashedHeader> chain;
  for (std::size_t i = 0; i < count; ++i) {
    chain.push_back(mined(previous, time += std::chrono::minutes(1), tag));
    previous = chain.back().hash;
  }
  return chain;
}

inline std::vector<wire::BlockHeader> headers_of(std::span<const HashedHeader> hashed) {
  std::vector<wire::BlockHeader> headers;
  for (const HashedHeader& each : hashed) headers.push_back(each.header);
  return headers;
}

// A hash that no header has, one for each number.
inline Hash256 made_up_hash(std::uint64_t number) {
  Hash256 hash{};
  store_le(hash.data(), number * 0x9e37'79b9'7f4a'7c15);
  store_le(hash.data() + 8, number);
  return hash;
}

}  // namespace veilwire::chain::testing

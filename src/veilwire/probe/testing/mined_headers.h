// Headers on the regtest network, whose work is found at once.
#pragma once

#include <vector>

#include "veilwire/protocol/network.h"
#include "veilwire/wire/block_header.h"
#include "veilwire/wire/headers.h"

namespace veilwire::probe::testing {

inline wire::BlockHeader mined_on(const Hash256& previous) {
  wire::BlockHeader header;
  header.previous = previous;
  header.bits = 0x207fffff;
  while (!wire::meets_own_target(header)) ++header.nonce;
  return header;
}

// From height 1 on.
inline std::vector<wire::BlockHeader> mined_chain(std::size_t count) {
  std::vector<wire::BlockHeader> chain;
  Hash256 last = protocol::network_from_name("regtest")->genesis.hash;
  while (chain.size() < count) {
    chain.push_back(mined_on(last));
    last = chain.back().hash();
  }
  return chain;
}

inline Bytes headers_payload(std::span<const wire::BlockHeader> headers) {
  Bytes payload;
  wire::Writer writer(payload);
  wire::write_headers(writer, headers);
  return payload;
}

}  // namespace veilwire::probe::testing

// Files of headers, 80 bytes each.
#pragma once

#include <vector>

#include "veilwire/wire/block_header.h"
#include "veilwire/wire/testing/real_data.h"

namespace veilwire::chain::testing {

inline std::vector<wire::BlockHeader> headers_in(ByteView bytes) {
  std::vector<wire::BlockHeader> headers;
  for (wire::Reader reader(bytes); reader.left() >= wire::BlockHeader::kBytes;) {
    headers.push_back(wire::BlockHeader::read(reader));
  }
  return headers;
}

}  // namespace veilwire::chain::testing

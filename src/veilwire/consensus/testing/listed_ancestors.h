// Ancestors that are a list.
#pragma once

#include <vector>

#include "veilwire/consensus/ancestors.h"
#include "veilwire/protocol/network.h"
#include "veilwire/wire/block_header.h"

namespace veilwire::consensus::testing {

struct ListedAncestors final : Ancestors {
  std::vector<Ancestor> list;

  protocol::Height last() const override {
    return protocol::Height::of(static_cast<std::uint32_t>(list.size() - 1));
  }
  Ancestor at(protocol::Height height) const override { return list.at(height.value()); }

  void add(const wire::BlockHeader& header) {
    list.push_back({header.hash(), header.version, header.time, header.bits});
  }
  // `count` blocks, one every `spacing`, all of one target.
  static ListedAncestors regular(std::size_t count, std::uint32_t bits, UnixTime begin,
                                 std::chrono::seconds spacing) {
    ListedAncestors ancestors;
    for (std::size_t i = 0; i < count; ++i) {
      Hash256 hash{};
      hash[0] = static_cast<std::uint8_t>(i);
      hash[1] = static_cast<std::uint8_t>(i >> 8);
      hash[31] = 0x77;
      ancestors.list.push_back({.hash = hash,
                                .version = 4,
                                .time = begin + static_cast<std::int64_t>(i) * spacing,
                                .bits = bits});
    }
    return ancestors;
  }
};

}  // namespace veilwire::consensus::testing

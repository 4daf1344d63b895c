// The nodes that are asked, each with rules of its own.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "veilwire/protocol/network.h"

namespace veilwire::oracle {

struct Instance {
  std::string_view name;
  // What makes the node keep these rules.
  std::vector<std::string_view> node_options;
  // What our own rules have to be changed to.
  void (*change)(protocol::Network& regtest);
  // The tip has this height, and up to `more_blocks` more.
  std::uint32_t tip = 0;
  std::uint32_t more_blocks = 0;

  protocol::Network network() const;
  bool has_segwit() const;
};

std::span<const Instance> instances();
// Null where there is none.
const Instance* instance_from_name(std::string_view name);

}  // namespace veilwire::oracle

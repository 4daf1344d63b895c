// The name of a message as it travels: in version 1, and in the long encoding of version 2.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "veilwire/protocol/message_type.h"

namespace veilwire::protocol {

using PaddedName = std::array<std::uint8_t, kMessageNameBytes>;

// 12 bytes, zeros after the name. REQUIRES: name.size() <= kMessageNameBytes.
constexpr PaddedName padded_name(std::string_view name) {
  PaddedName padded{};
  std::ranges::transform(name, padded.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return padded;
}

constexpr PaddedName padded_name(MessageKind kind) { return padded_name(message_name(kind)); }

}  // namespace veilwire::protocol

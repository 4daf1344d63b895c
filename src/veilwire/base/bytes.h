// Bytes and views of bytes, the currency of every machine in Veilwire.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace veilwire {

using Bytes = std::vector<std::uint8_t>;

// A view never owns. Who hands one out says for how long it stays valid.
using ByteView = std::span<const std::uint8_t>;
using ByteSpan = std::span<std::uint8_t>;

}  // namespace veilwire

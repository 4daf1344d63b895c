#include "veilwire/transport/v1_prefix.h"

#include <algorithm>
#include <array>

#include "veilwire/protocol/message_type.h"
#include "veilwire/transport/limits.h"

namespace veilwire::transport {
namespace {

constexpr std::array<std::uint8_t, protocol::kMessageNameBytes> kVersionName{'v', 'e', 'r', 's',
                                                                             'i', 'o', 'n'};

bool begin_alike(ByteView a, ByteView b) {
  const std::size_t count = std::min(a.size(), b.size());
  return std::ranges::equal(a.first(count), b.first(count));
}

}  // namespace

FirstBytes classify_first_bytes(ByteView bytes, const protocol::Magic& magic) {
  bytes = bytes.first(std::min(bytes.size(), kV1PrefixBytes));
  const bool whole = bytes.size() == kV1PrefixBytes;
  const bool our_network = begin_alike(bytes, magic);
  const bool named_version =
      bytes.size() <= magic.size() || begin_alike(bytes.subspan(magic.size()), kVersionName);
  if (our_network && named_version) return whole ? FirstBytes::kVersion1 : FirstBytes::kUndecided;
  return whole && named_version ? FirstBytes::kOtherNetwork : FirstBytes::kVersion2;
}

}  // namespace veilwire::transport

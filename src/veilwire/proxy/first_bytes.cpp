#include "veilwire/proxy/first_bytes.h"

#include <algorithm>
#include <array>

#include "veilwire/transport/limits.h"

namespace veilwire::proxy {
namespace {

constexpr std::size_t kMagicBytes = std::tuple_size_v<protocol::Magic>;
constexpr std::array<std::uint8_t, transport::kV1PrefixBytes - kMagicBytes> kVersionName{
    'v', 'e', 'r', 's', 'i', 'o', 'n'};

}  // namespace

Speech speech_of(ByteView first_bytes) {
  if (first_bytes.size() <= kMagicBytes) return Speech::kUndecided;
  const ByteView name = first_bytes.subspan(kMagicBytes);
  const std::size_t known = std::min(name.size(), kVersionName.size());
  if (!std::equal(kVersionName.begin(), kVersionName.begin() + static_cast<std::ptrdiff_t>(known),
                  name.begin())) {
    return Speech::kOther;
  }
  return known == kVersionName.size() ? Speech::kVersion1 : Speech::kUndecided;
}

protocol::Magic magic_of(ByteView first_bytes) {
  protocol::Magic magic{};
  std::copy_n(first_bytes.begin(), magic.size(), magic.begin());
  return magic;
}

}  // namespace veilwire::proxy

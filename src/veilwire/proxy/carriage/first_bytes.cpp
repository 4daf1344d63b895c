#include "veilwire/proxy/carriage/first_bytes.h"

#include <algorithm>
#include <tuple>

#include "veilwire/protocol/padded_name.h"
#include "veilwire/transport/limits.h"

namespace veilwire::proxy {
namespace {

constexpr std::size_t kMagicBytes = std::tuple_size_v<protocol::Magic>;
constexpr protocol::PaddedName kVersionName =
    protocol::padded_name(protocol::MessageKind::kVersion);
static_assert(kMagicBytes + kVersionName.size() == transport::kV1PrefixBytes);

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

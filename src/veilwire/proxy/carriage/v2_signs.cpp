#include "veilwire/proxy/carriage/v2_signs.h"

#include <algorithm>

#include "veilwire/proxy/carriage/first_bytes.h"

namespace veilwire::proxy {
namespace {

bool is_text(std::uint8_t byte) {
  return (byte >= 0x20 && byte < 0x7f) || byte == '\r' || byte == '\n' || byte == '\t';
}

// A record of a handshake or an alert.
bool begins_tls(ByteView bytes) {
  return (bytes[0] == 0x16 || bytes[0] == 0x15) && bytes[1] == 0x03;
}

}  // namespace

void V2Signs::Said::take(ByteView bytes) {
  if (count < first.size()) {
    const std::size_t taken = std::min<std::size_t>(bytes.size(), first.size() - count);
    std::copy_n(bytes.begin(), taken, first.begin() + static_cast<std::ptrdiff_t>(count));
  }
  count += bytes.size();
}

// Of 16 random bytes one key in 10 million is a text.
bool V2Signs::Said::is_like_v2() const {
  return count >= kLeastV2Bytes && speech_of(first) == Speech::kOther && !begins_tls(first) &&
         !std::ranges::all_of(first, is_text);
}

}  // namespace veilwire::proxy

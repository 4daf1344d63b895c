#include "veilwire/wire/reader.h"

namespace veilwire::wire {

std::uint64_t Reader::long_compact_size() {
  const std::uint8_t first = u8();
  std::uint64_t value = first;
  std::uint64_t least = 0;
  if (first == 0xfd) {
    value = u16();
    least = 0xfd;
  } else if (first == 0xfe) {
    value = u32();
    least = 0x1'0000;
  } else if (first == 0xff) {
    value = u64();
    least = 0x1'0000'0000;
  }
  if (!ok()) return 0;
  if (value < least) {
    fail(PayloadRule::kNonMinimalCompactSize);
    return 0;
  }
  return value;
}

}  // namespace veilwire::wire

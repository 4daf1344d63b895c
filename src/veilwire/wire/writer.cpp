#include "veilwire/wire/writer.h"

namespace veilwire::wire {

void Writer::compact_size(std::uint64_t value) {
  if (value < 0xfd) {
    u8(static_cast<std::uint8_t>(value));
  } else if (value <= 0xffff) {
    u8(0xfd);
    u16(static_cast<std::uint16_t>(value));
  } else if (value <= 0xffff'ffff) {
    u8(0xfe);
    u32(static_cast<std::uint32_t>(value));
  } else {
    u8(0xff);
    u64(value);
  }
}

}  // namespace veilwire::wire

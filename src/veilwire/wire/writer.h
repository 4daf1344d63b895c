// Writes the fields of a payload one after the other, at the end of a run of bytes.
#pragma once

#include <cstdint>

#include "veilwire/base/bytes.h"
#include "veilwire/base/time.h"

namespace veilwire::wire {

// How many bytes compact_size() writes.
constexpr std::size_t compact_size_bytes(std::uint64_t value) {
  if (value < 0xfd) return 1;
  if (value <= 0xffff) return 3;
  return value <= 0xffff'ffff ? 5 : 9;
}

class Writer {
 public:
  // Appends to `out`, which must outlive the writer.
  explicit Writer(Bytes& out) : out_(out) {}

  void u8(std::uint8_t value) { out_.push_back(value); }
  void u16(std::uint16_t value) { integer(value); }
  void u32(std::uint32_t value) { integer(value); }
  void u64(std::uint64_t value) { integer(value); }
  void i32(std::int32_t value) { u32(static_cast<std::uint32_t>(value)); }
  void i64(std::int64_t value) { u64(static_cast<std::uint64_t>(value)); }
  // Times of 32 bits, which end in the year 2106. Of one beyond them the low bits are written.
  void unix_time32(UnixTime time) { u32(static_cast<std::uint32_t>(to_unix_seconds(time))); }
  void u16_big_endian(std::uint16_t value) {
    u8(static_cast<std::uint8_t>(value >> 8));
    u8(static_cast<std::uint8_t>(value));
  }
  void bytes(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void compact_size(std::uint64_t value);
  // With its length before it.
  void sized_bytes(ByteView value) {
    compact_size(value.size());
    bytes(value);
  }

 private:
  template <typename T>
  void integer(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) u8(static_cast<std::uint8_t>(value >> (8 * i)));
  }

  Bytes& out_;
};

}  // namespace veilwire::wire

#include "veilwire/store/crc32c.h"

#include <array>

#include "veilwire/base/endian.h"

namespace veilwire::store {

namespace {

constexpr std::uint32_t kPolynomial = 0x82f6'3b78;  // least significant bit first

// Of table k, entry b is what byte b does to the checksum when k bytes come after it: eight bytes
// are looked up at a time, which is several times as fast as one.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = before >> 8 ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  while (bytes.size() >= kTables.size()) {
    const std::uint64_t word = load_le<std::uint64_t>(bytes.data()) ^ crc;
    crc = 0;
    for (std::size_t i = 0; i < kTables.size(); ++i) {
      crc ^= kTables[kTables.size() - 1 - i][word >> 8 * i & 0xff];
    }
    bytes = bytes.subspan(kTables.size());
  }
  for (const std::uint8_t byte : bytes) crc = crc >> 8 ^ kTables[0][(crc ^ byte) & 0xff];
  return ~crc;
}

}  // namespace veilwire::store

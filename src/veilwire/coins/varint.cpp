#include "veilwire/coins/varint.h"

#include <array>

namespace veilwire::coins {
namespace {

constexpr std::uint8_t kMore = 0x80;
constexpr int kMaxZeros = 9;

}  // namespace

void write_varint(wire::Writer& writer, std::uint64_t value) {
  std::array<std::uint8_t, 10> bytes;
  std::size_t begin = bytes.size() - 1;
  bytes[begin] = static_cast<std::uint8_t>(value & 0x7f);
  while (value > 0x7f) {
    value = (value >> 7) - 1;
    bytes[--begin] = static_cast<std::uint8_t>(value | kMore);
  }
  writer.bytes(ByteView(bytes).subspan(begin));
}

std::uint64_t read_varint(wire::Reader& reader, std::uint64_t at_most) {
  std::uint64_t value = 0;
  for (;;) {
    const std::uint8_t byte = reader.u8();
    if (value > at_most >> 7) break;
    value = value << 7 | (byte & 0x7f);
    if (value > at_most) break;
    if ((byte & kMore) == 0) return value;
    if (value == at_most) break;
    ++value;
  }
  reader.fail(wire::PayloadRule::kBadValue);
  return 0;
}

// With e zeros at the end, at most nine: below nine the digit d before them, which is not zero, is
// taken off too, and what is left is n: 1 + 10 (9 n + d - 1) + e. With nine: 1 + 10 (n - 1) + 9.
std::uint64_t packed_amount(consensus::Amount amount) {
  auto rest = static_cast<std::uint64_t>(amount.units());
  if (rest == 0) return 0;
  std::uint64_t zeros = 0;
  for (; rest % 10 == 0 && zeros < kMaxZeros; ++zeros) rest /= 10;
  if (zeros == kMaxZeros) return 1 + 10 * (rest - 1) + kMaxZeros;
  return 1 + 10 * (9 * (rest / 10) + rest % 10 - 1) + zeros;
}

std::optional<consensus::Amount> unpacked_amount(std::uint64_t packed) {
  if (packed == 0) return consensus::Amount();
  const std::uint64_t zeros = (packed - 1) % 10;
  std::uint64_t units = (packed - 1) / 10;
  units = zeros == kMaxZeros ? units + 1 : 10 * (units / 9) + units % 9 + 1;
  constexpr auto kMax = static_cast<std::uint64_t>(consensus::Amount::kMaxUnits);
  for (std::uint64_t i = 0; i < zeros && units <= kMax; ++i) units *= 10;
  if (units > kMax) return std::nullopt;
  return consensus::Amount::of(static_cast<std::int64_t>(units));
}

}  // namespace veilwire::coins

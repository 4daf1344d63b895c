#include "veilwire/consensus/script/script_number.h"

#include <array>

namespace veilwire::consensus {
namespace {

constexpr std::uint8_t kSign = 0x80;

// The last byte says more than the sign, or the sign has no room in the byte before.
bool is_minimal(ByteView bytes) {
  if (bytes.empty() || (bytes.back() & ~kSign) != 0) return true;
  return bytes.size() > 1 && (bytes[bytes.size() - 2] & kSign) != 0;
}

}  // namespace

std::optional<ScriptNumber> ScriptNumber::read(ByteView bytes, NumberForm form,
                                               std::size_t max_bytes) {
  if (bytes.size() > max_bytes) return std::nullopt;
  if (form == NumberForm::kMinimal && !is_minimal(bytes)) return std::nullopt;
  if (bytes.empty()) return ScriptNumber(0);
  std::uint64_t magnitude = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) magnitude |= std::uint64_t{bytes[i]} << (8 * i);
  if ((bytes.back() & kSign) == 0) return ScriptNumber(static_cast<std::int64_t>(magnitude));
  magnitude &= ~(std::uint64_t{kSign} << (8 * (bytes.size() - 1)));
  return ScriptNumber(-static_cast<std::int64_t>(magnitude));
}

Item ScriptNumber::item() const {
  std::array<std::uint8_t, 9> bytes{};
  std::size_t size = 0;
  auto magnitude = static_cast<std::uint64_t>(value_ < 0 ? -value_ : value_);
  for (; magnitude != 0; magnitude >>= 8) bytes[size++] = static_cast<std::uint8_t>(magnitude);
  if (size == 0) return Item();
  if ((bytes[size - 1] & kSign) != 0) ++size;
  if (value_ < 0) bytes[size - 1] |= kSign;
  return Item::of_copy({bytes.data(), size});
}

}  // namespace veilwire::consensus

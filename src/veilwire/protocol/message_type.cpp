#include "veilwire/protocol/message_type.h"

#include <algorithm>

namespace veilwire::protocol {
namespace {

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

std::optional<MessageType> MessageType::from_name(std::string_view name) {
  MessageType type(message_kind_from_name(name));
  if (type.is_known()) return type;
  if (name.empty() || name.size() > kMessageNameBytes) return std::nullopt;
  if (!std::ranges::all_of(name, is_printable)) return std::nullopt;
  std::ranges::copy(name, type.name_.begin());
  type.size_ = static_cast<std::uint8_t>(name.size());
  return type;
}

MessageType MessageType::from_short_id(std::uint8_t id) {
  MessageType type(message_kind_from_short_id(id));
  if (!type.is_known()) type.foreign_id_ = id;
  return type;
}

std::optional<MessageType> MessageType::from_padded_name(const std::uint8_t* name12) {
  const auto* end = name12 + kMessageNameBytes;
  const auto* padding = std::find(name12, end, std::uint8_t{0});
  if (!std::all_of(padding, end, [](std::uint8_t byte) { return byte == 0; })) return std::nullopt;
  std::array<char, kMessageNameBytes> name;
  std::transform(name12, padding, name.begin(),
                 [](std::uint8_t b) { return static_cast<char>(b); });
  return from_name({name.data(), static_cast<std::size_t>(padding - name12)});
}

}  // namespace veilwire::protocol

#include "veilwire/transport/v2_contents.h"

#include <algorithm>

namespace veilwire::transport {
namespace {

constexpr std::uint8_t kLongForm = 0;

}  // namespace

ContentsHead::ContentsHead(const protocol::MessageType& type) {
  bytes_[0] = type.short_id();
  size_ = 1;
  if (type.short_id() != kLongForm) return;
  std::ranges::copy(type.name(), bytes_.begin() + 1);
  size_ = bytes_.size();
}

std::optional<MessageReceived> read_contents(ByteView contents) {
  if (contents.empty()) return std::nullopt;
  const ByteView after_id = contents.subspan(1);
  if (contents.front() != kLongForm) {
    return MessageReceived{protocol::MessageType::from_short_id(contents.front()), after_id};
  }
  if (after_id.size() < protocol::kMessageNameBytes) return std::nullopt;
  const auto type = protocol::MessageType::from_padded_name(after_id.data());
  if (!type) return std::nullopt;
  return MessageReceived{*type, after_id.subspan(protocol::kMessageNameBytes)};
}

}  // namespace veilwire::transport

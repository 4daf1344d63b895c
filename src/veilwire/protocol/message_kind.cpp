#include "veilwire/protocol/message_kind.h"

#include <algorithm>
#include <utility>

namespace veilwire::protocol {
namespace {

constexpr std::size_t kLongestName = 12;

constexpr bool rows_stand_at_their_kinds() {
  for (std::size_t i = 0; i < kMessageKindCount; ++i) {
    const MessageKindRow& row = kMessageKinds[i];
    if (index_of(row.kind) != i || row.name.size() > kLongestName) return false;
    if (row.name.empty() != (row.kind == MessageKind::kUnknown)) return false;
  }
  return true;
}
static_assert(rows_stand_at_their_kinds());
static_assert(kMessageKinds.back().kind == MessageKind::kThinBlock, "a kind has no row");

constexpr std::array<MessageKindRow, kMessageKindCount> kByName = [] {
  auto rows = kMessageKinds;
  std::ranges::sort(rows, {}, &MessageKindRow::name);
  return rows;
}();
static_assert(std::ranges::adjacent_find(kByName, {}, &MessageKindRow::name) == kByName.end());

constexpr std::array<MessageKind, 256> kByShortId = [] {
  std::array<MessageKind, 256> kinds{};
  for (const MessageKindRow& row : kMessageKinds) {
    if (row.short_id == 0) continue;
    if (kinds[row.short_id] != MessageKind::kUnknown) std::unreachable();  // two kinds, one id
    kinds[row.short_id] = row.kind;
  }
  return kinds;
}();

}  // namespace

MessageKind message_kind_from_name(std::string_view name) {
  const auto row = std::ranges::lower_bound(kByName, name, {}, &MessageKindRow::name);
  return row != kByName.end() && row->name == name ? row->kind : MessageKind::kUnknown;
}

MessageKind message_kind_from_short_id(std::uint8_t id) { return kByShortId[id]; }

}  // namespace veilwire::protocol

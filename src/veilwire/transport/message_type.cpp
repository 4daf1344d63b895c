#include "veilwire/transport/message_type.h"

#include <algorithm>
#include <array>

namespace veilwire::transport {
namespace {

struct ShortId {
  std::uint8_t id;
  std::string_view name;
};

// BIP 324, "v2 Bitcoin P2P message structure"; 37 is BIP 434's.
constexpr std::array kShortIds = std::to_array<ShortId>({
    {1, "addr"},       {2, "block"},         {3, "blocktxn"},    {4, "cmpctblock"},
    {5, "feefilter"},  {6, "filteradd"},     {7, "filterclear"}, {8, "filterload"},
    {9, "getblocks"},  {10, "getblocktxn"},  {11, "getdata"},    {12, "getheaders"},
    {13, "headers"},   {14, "inv"},          {15, "mempool"},    {16, "merkleblock"},
    {17, "notfound"},  {18, "ping"},         {19, "pong"},       {20, "sendcmpct"},
    {21, "tx"},        {22, "getcfilters"},  {23, "cfilter"},    {24, "getcfheaders"},
    {25, "cfheaders"}, {26, "getcfcheckpt"}, {27, "cfcheckpt"},  {28, "addrv2"},
    {37, "feature"},
});

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

std::optional<MessageType> MessageType::from_name(std::string_view name) {
  if (name.empty() || name.size() > kMessageNameBytes) return std::nullopt;
  if (!std::ranges::all_of(name, is_printable)) return std::nullopt;
  MessageType type;
  std::ranges::copy(name, type.name_.begin());
  type.size_ = static_cast<std::uint8_t>(name.size());
  const auto* known = std::ranges::find(kShortIds, name, &ShortId::name);
  if (known != kShortIds.end()) type.short_id_ = known->id;
  return type;
}

MessageType MessageType::from_short_id(std::uint8_t id) {
  const auto* known = std::ranges::find(kShortIds, id, &ShortId::id);
  if (known != kShortIds.end()) return *from_name(known->name);
  MessageType unknown;
  unknown.short_id_ = id;
  return unknown;
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

}  // namespace veilwire::transport

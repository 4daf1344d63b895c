#include "veilwire/addr/groups.h"

namespace veilwire::addr {
namespace {

// In the highest byte, where a network group has its size.
constexpr std::uint64_t kIsAs = std::uint64_t{0xff} << 56;

}  // namespace

AddressGroup::AddressGroup(const wire::NetworkGroup& group)
    : value_(std::uint64_t{group.bytes().size()} << 56) {
  static_assert(sizeof(wire::NetworkGroup) <= 7, "its bytes and its size have room in 64 bits");
  unsigned shift = 0;
  for (const std::uint8_t byte : group.bytes()) {
    value_ |= std::uint64_t{byte} << shift;
    shift += 8;
  }
}

AddressGroup AddressGroup::of_as(std::uint32_t as) {
  AddressGroup group;
  group.value_ = kIsAs | as;
  return group;
}

AddressGroup Groups::of(const wire::NetAddress& address) const {
  if (const auto as = as_of(address)) return AddressGroup::of_as(*as);
  return AddressGroup(wire::NetworkGroup::of(address));
}

std::optional<std::uint32_t> Groups::as_of(const wire::NetAddress& address) const {
  return map_ ? map_->as_of(address) : std::nullopt;
}

}  // namespace veilwire::addr

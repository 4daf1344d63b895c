// The part of an address that costs something to have many of: its autonomous system where a map is
// there that knows it, otherwise wire's network group.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>

#include "veilwire/addr/asmap.h"
#include "veilwire/wire/net_address.h"
#include "veilwire/wire/network_group.h"

namespace veilwire::addr {

// Small, and ordered by nothing that means anything.
class AddressGroup {
 public:
  // That of all unroutable addresses.
  AddressGroup() : AddressGroup(wire::NetworkGroup()) {}
  explicit AddressGroup(const wire::NetworkGroup& group);
  static AddressGroup of_as(std::uint32_t as);

  std::uint64_t value() const { return value_; }

  friend auto operator<=>(const AddressGroup&, const AddressGroup&) = default;

 private:
  std::uint64_t value_;
};

// Cheap to copy: the map is shared.
class Groups {
 public:
  // Without a map.
  Groups() = default;
  explicit Groups(std::shared_ptr<const Asmap> map) : map_(std::move(map)) {}

  AddressGroup of(const wire::NetAddress& address) const;
  std::optional<std::uint32_t> as_of(const wire::NetAddress& address) const;

  // Which map; zeros without one.
  Hash256 map_hash() const { return map_ ? map_->hash() : Hash256{}; }

 private:
  std::shared_ptr<const Asmap> map_;
};

}  // namespace veilwire::addr

// Addresses whose peers broke a rule. They are not locked out, since behind one address there may be
// many: they are the first to go when there is no room, and are not dialled. Forgotten at a restart, and
// when 50 000 others did the same.
#pragma once

#include "veilwire/addr/address_bytes.h"
#include "veilwire/addr/rolling_filter.h"
#include "veilwire/wire/net_address.h"

namespace veilwire::addr {

inline constexpr std::uint32_t kDiscouragedAddresses = 50'000;

class Discouraged {
 public:
  explicit Discouraged(const crypto::SipKey& key) : filter_(kDiscouragedAddresses, key) {}

  void insert(const wire::NetAddress& address) { filter_.insert(bytes_of(address)); }
  // Once in a million times of one that is not.
  bool contains(const wire::NetAddress& address) const {
    return filter_.contains(bytes_of(address));
  }
  void clear() { filter_.clear(); }
  // At most 300 kB.
  std::size_t bytes() const { return filter_.bytes(); }

 private:
  RollingFilter filter_;
};

}  // namespace veilwire::addr

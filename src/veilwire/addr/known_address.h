// What is heard, and what is known, of an address.
#pragma once

#include <cstdint>
#include <optional>

#include "veilwire/base/time.h"
#include "veilwire/protocol/services.h"
#include "veilwire/wire/addr.h"
#include "veilwire/wire/net_endpoint.h"

namespace veilwire::addr {

// As a peer says it: any time, any port, any address.
struct HeardAddress {
  wire::NetEndpoint endpoint{};
  protocol::Services services = protocol::kNodeNone;
  UnixTime time{};  // when it was last seen

  // Nothing where the network is not known here.
  static std::optional<HeardAddress> of(const wire::AddressEntry& entry);

  friend bool operator==(const HeardAddress&, const HeardAddress&) = default;
};

wire::AddressEntry to_entry(const HeardAddress& address);

enum class Table : std::uint8_t {
  kNew,    // heard of
  kTried,  // connected to once
};

// UnixTime{} stands for never.
struct KnownAddress {
  wire::NetEndpoint endpoint{};
  wire::NetAddress source{};  // who was the first to tell of it
  protocol::Services services = protocol::kNodeNone;
  UnixTime time{};
  UnixTime last_try{};
  UnixTime last_success{};
  std::uint8_t failures = 0;  // since then; stops at 255
  Table table = Table::kNew;
  std::uint8_t new_places = 0;  // in how many buckets of the new table it lies

  friend bool operator==(const KnownAddress&, const KnownAddress&) = default;
};

}  // namespace veilwire::addr

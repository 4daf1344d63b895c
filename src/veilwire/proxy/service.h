// What all connections of one proxy share. One thread: nothing here is locked.
#pragma once

#include <functional>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/entropy.h"
#include "veilwire/net/runtime.h"
#include "veilwire/protocol/magic.h"
#include "veilwire/proxy/downgrade_memory.h"
#include "veilwire/proxy/loop_guard.h"
#include "veilwire/proxy/own_addresses.h"
#include "veilwire/proxy/recent_v1.h"
#include "veilwire/proxy/report/observer.h"
#include "veilwire/proxy/settings/settings.h"
#include "veilwire/transport/key_source.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::proxy {

struct Service {
  net::Runtime& runtime;
  transport::KeySource& keys;
  Entropy& entropy;
  Observer& observer;

  // For connections to come; what is under way keeps what it began with.
  Settings config{};
  transport::V2Config v2{};  // but for its magic

  RecentV1 recent_v1{};
  LoopGuard loops{};
  DowngradeMemory* downgrades = nullptr;  // none where it is off
  OwnAddresses own_addresses{};

  // A connection holds so many bytes of messages that have not come whole.
  std::function<void(TimePoint, ConnectionNumber, std::size_t)> holding{};

  // Where nobody has said it yet: for inbound peers, and where the handshake comes before the
  // program's first bytes.
  protocol::Magic network() const { return config.network.value_or(protocol::kMainMagic); }

  // The downgrade memory, asked and told about a target now. Without one nobody ever spoke
  // version 2.
  SpokeV2 once_spoke_v2(const Endpoint& target) const;
  void saw_v2(const Endpoint& target) const;
};

}  // namespace veilwire::proxy

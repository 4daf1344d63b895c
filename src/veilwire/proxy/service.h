// What all connections of one proxy share. One thread: nothing here is locked.
#pragma once

#include "veilwire/base/endpoint.h"
#include "veilwire/base/entropy.h"
#include "veilwire/net/runtime.h"
#include "veilwire/protocol/magic.h"
#include "veilwire/proxy/carriage/first_words.h"
#include "veilwire/proxy/carriage/partial_messages.h"
#include "veilwire/proxy/downgrade/guard.h"
#include "veilwire/proxy/downgrade/memory.h"
#include "veilwire/proxy/downgrade/recent_v1.h"
#include "veilwire/proxy/outbound/loop_guard.h"
#include "veilwire/proxy/outbound/own_addresses.h"
#include "veilwire/proxy/report/observer.h"
#include "veilwire/proxy/settings/settings.h"
#include "veilwire/transport/key_source.h"
#include "veilwire/transport/v1_transport.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::proxy {

// Told of what has come in part of a message, and asked how much may be read.
class ReadingControl {
 public:
  virtual ~ReadingControl() = default;
  virtual void holding(TimePoint now, ConnectionNumber number, Sender sender,
                       const IpAddress& source, const PartialMessages::Partial& partial) = 0;
  virtual std::size_t read_limit(ConnectionNumber number, Sender sender) const = 0;
};

struct Service {
  net::Runtime& runtime;
  transport::KeySource& keys;
  Entropy& entropy;
  Observer& observer;

  // For connections to come; what is under way keeps what it began with.
  Settings config{};
  transport::V2Config v2{};  // but for its magic
  // Time-outs that nobody has to decide, and tests do.
  FirstWordsTimes first_words{};
  Duration telling_silence = kTellingSilence;

  RecentV1 recent_v1{};
  LoopGuard loops{};
  DowngradeMemory* downgrades = nullptr;  // none where it is off
  OwnAddresses own_addresses{};

  // None where nobody counts what connections hold.
  ReadingControl* reading = nullptr;

  // Where nobody has said it yet: for inbound peers, and where the handshake comes before the
  // program's first bytes.
  protocol::Magic network() const { return config.network.value_or(protocol::kMainMagic); }

  // For connections in version 1 of a network: what is over its limit is dropped, and they stay.
  transport::V1Config v1_config(const protocol::Magic& magic) const;

  // What there is to know of a target now, for the DowngradeGuard. May wait for the disk.
  TargetFacts facts_of(const Endpoint& target, Policy policy);
  // Keeps what the lesson says is to be kept, and tells of a downgrade. To refuse is its caller's.
  void learn(ConnectionNumber number, const Endpoint& target, const Lesson& lesson);
  // Tells the downgrade memory, where there is one.
  void saw_v2(const Endpoint& target) const;
};

}  // namespace veilwire::proxy

// What one relayed connection lets pass: the policy's filter, the introductions that make sense at
// both ends, and what the peer's `version` says about how it used to speak.
#pragma once

#include <memory>
#include <optional>

#include "veilwire/proxy/carriage/introduction.h"
#include "veilwire/proxy/carriage/relay.h"
#include "veilwire/proxy/report/observer.h"
#include "veilwire/proxy/service.h"
#include "veilwire/proxy/settings/policy.h"

namespace veilwire::proxy {

// What is known of a connection that is relayed.
struct RelayFacts {
  ConnectionNumber number = 0;
  Direction direction = Direction::kOutbound;
  Endpoint peer;  // the target, or where the peer comes from
  transport::Version version = transport::Version::kUndecided;  // what the peer speaks
  // Outbound only: why it speaks that, and what was supposed of the target where version 1 came
  // first for it.
  transport::VersionReason reason = transport::VersionReason::kV2;
  RecentAnswer because = RecentAnswer::kNothing;
  Policy policy = Policy::kPreferV2;
  // The peer's own address, where no other proxy hides it.
  std::optional<wire::NetEndpoint> peer_address{};
};

class PolicyGate final : public Gate {
 public:
  PolicyGate(Service& service, RelayFacts facts);

  // The relay that is ended where a downgrade is refused.
  void set_relay(const std::shared_ptr<Relay>& relay) { relay_ = relay; }

  // The relay has ended: tells the observer what its transports counted, and learns from a peer
  // that has not said its `version`.
  void relay_ended(const Relay& relay);

  Ruling judge(Side from, const transport::MessageReceived& message) override;
  void passed(Side from, const protocol::MessageType& type, std::size_t bytes) override;
  void holding(TimePoint now, Side from, const PartialMessages::Partial& partial) override {
    if (service_.reading == nullptr) return;
    service_.reading->holding(now, facts_.number, sender(from), source_, partial);
  }
  std::size_t read_limit(Side from) const override {
    if (service_.reading == nullptr) return net::kReadBytes;
    return service_.reading->read_limit(facts_.number, sender(from));
  }
  void dropped(Side from, const protocol::MessageType& type, std::string_view reason) override;

 private:
  Sender sender(Side from) const;
  bool is_refused_by_its_version();
  Ruling introduced(Side from, protocol::MessageKind kind, ByteView payload,
                    Ruling otherwise) const;

  Service& service_;
  const RelayFacts facts_;
  const Ends ends_;
  const IpAddress source_;
  std::weak_ptr<Relay> relay_;
  bool peer_said_version_ = false;
};

}  // namespace veilwire::proxy

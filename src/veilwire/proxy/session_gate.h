// What one relayed connection lets pass: the policy's filter, the introductions that make sense at
// both ends, and what the peer's `version` says about how it used to speak.
#pragma once

#include <memory>
#include <optional>

#include "veilwire/proxy/introduction.h"
#include "veilwire/proxy/relay.h"
#include "veilwire/proxy/report/observer.h"
#include "veilwire/proxy/service.h"
#include "veilwire/proxy/settings/policy.h"

namespace veilwire::proxy {

class SessionGate final : public Gate {
 public:
  struct Session {
    ConnectionNumber number = 0;
    Direction direction = Direction::kOutbound;
    Endpoint peer;  // the target, or where the peer comes from
    transport::Version version = transport::Version::kUndecided;      // what the peer speaks
    transport::VersionReason reason = transport::VersionReason::kV2;  // outbound only
    Policy policy = Policy::kPreferV2;
    // The peer's own address, where no other proxy hides it.
    std::optional<wire::NetEndpoint> peer_address{};
  };

  SessionGate(Service& service, Session session);

  // The relay that is ended where a downgrade is refused.
  void set_relay(const std::shared_ptr<Relay>& relay) { relay_ = relay; }

  // The relay has ended: tells the observer what its transports counted.
  void tell_counts(const Relay& relay);

  Ruling judge(Side from, const transport::MessageReceived& message) override;
  void passed(Side from, const protocol::MessageType& type, std::size_t bytes) override;
  void holding(TimePoint now, std::size_t bytes) override {
    if (service_.holding) service_.holding(now, session_.number, bytes);
  }
  void dropped(Side from, const protocol::MessageType& type, std::string_view reason) override;

 private:
  bool is_refused_by_its_version();
  bool is_refused_in_v1();
  Ruling introduced(Side from, protocol::MessageKind kind, ByteView payload,
                    Ruling otherwise) const;

  Service& service_;
  const Session session_;
  const Ends ends_;
  std::weak_ptr<Relay> relay_;
  bool peer_said_version_ = false;
};

}  // namespace veilwire::proxy

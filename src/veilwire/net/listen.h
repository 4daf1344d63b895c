// Accepting connections: each gets a responder of the factory's, mostly one that tells version 1 and
// version 2 apart.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/entropy.h"
#include "veilwire/net/connection.h"
#include "veilwire/net/runtime.h"
#include "veilwire/transport/factory.h"
#include "veilwire/transport/key_source.h"
#include "veilwire/transport/responder.h"

namespace veilwire::net {

struct ListenConfig {
  transport::V2Config v2{};
  transport::V1Policy v1 = transport::V1Policy::kAccept;
  transport::V1Config v1_config{};  // but for its magic, which is that of v2
};

class Listener {
 public:
  // Binds and listens; port 0 takes a free one. The error is a sentence without its full stop.
  // `accepted` is called on each connection's strand with a connection that is not started; one
  // that is not kept closes. `keys` and `entropy` must outlive the runtime's run and, with several
  // threads, be safe for them. `not_accepting` as an Acceptor calls it.
  static std::expected<std::unique_ptr<Listener>, std::string> open(
      Runtime& runtime, const Endpoint& address, ListenConfig config, transport::KeySource& keys,
      Entropy& entropy, std::function<void(std::shared_ptr<Connection>)> accepted,
      std::function<void(std::string_view why)> not_accepting = {});
  // The same with transports from a factory, which several threads may be in at once.
  static std::expected<std::unique_ptr<Listener>, std::string> open(
      Runtime& runtime, const Endpoint& address,
      std::shared_ptr<transport::TransportFactory> transports,
      std::function<void(std::shared_ptr<Connection>)> accepted,
      std::function<void(std::string_view why)> not_accepting = {});
  // Stops listening; connections live on.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Where it listens, the port filled in.
  const Endpoint& address() const;

 private:
  struct State;
  explicit Listener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::net

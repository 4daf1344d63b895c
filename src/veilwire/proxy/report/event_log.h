// The proxy's lines in the log: one for each thing that happens to a connection.
//
//   [12] outbound: v2, session 8f3ac01d, handshake 34 ms
//   [12] outbound: ended after 3621 s: the peer closed the connection
//
// It says of whom only where it was asked to: without LogOptions::ips no line names a peer, and the
// session id is cut to what tells connections apart for a person. What strangers can bring about is
// kept within the log's quotas.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "veilwire/base/time.h"
#include "veilwire/host/log.h"
#include "veilwire/net/runtime.h"
#include "veilwire/proxy/config.h"
#include "veilwire/proxy/observer.h"

namespace veilwire::proxy {

class EventLog final : public Observer {
 public:
  // Writes to `log`, which must outlive it, at the level of the options.
  EventLog(host::Log& log, const LogOptions& options, std::function<TimePoint()> clock = net::now);
  ~EventLog() override;

  // For lines to come; the level is that of `log`.
  void set_options(const LogOptions& options);

  void accepted(ConnectionNumber number, Direction direction) override;
  void targeted(ConnectionNumber number, const Endpoint& peer) override;
  void joined(ConnectionNumber number, const Joined& how) override;
  void passed_through(ConnectionNumber number, PassthroughReason reason) override;
  void refused(ConnectionNumber number, Refusal why, std::string_view text) override;
  void downgraded(ConnectionNumber number, OnDowngrade action) override;
  void message_passed(Direction, Side, const protocol::MessageType&, std::size_t) override {}
  void message_dropped(Direction direction, Side from, const protocol::MessageType& type,
                       std::string_view reason) override;
  void ended(ConnectionNumber number, std::string_view text) override;
  void not_accepting(std::string_view why) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::proxy

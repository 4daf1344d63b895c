// The proxy's lines in the log: one for each thing that happens to a connection.
//
//   [12] outbound: v2, session 8f3ac01d, handshake 34 ms
//   [12] outbound: ended after 3621 s: the peer closed the connection
//
// No line names a peer unless LogOptions::ips asks for it, and a session id is cut to what a person
// needs to tell connections apart. Lines that strangers can cause are kept within the log's quotas.
#pragma once

#include <functional>
#include <memory>

#include "veilwire/base/time.h"
#include "veilwire/host/log.h"
#include "veilwire/net/runtime.h"
#include "veilwire/proxy/report/observer.h"
#include "veilwire/proxy/settings/settings.h"

namespace veilwire::proxy {

class EventLog final : public Observer {
 public:
  // Writes to `log`, which must outlive it, at the level of the options.
  EventLog(host::Log& log, const LogOptions& options, std::function<TimePoint()> clock = net::now);
  ~EventLog() override;

  // For lines to come; the level is that of `log`.
  void set_options(const LogOptions& options);

  void on(const Event& event) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::proxy

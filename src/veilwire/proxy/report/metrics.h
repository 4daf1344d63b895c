// What the proxy did, as figures for Prometheus. To add a figure, add it to Metrics::State and give
// it the events it counts.
//
// No label says who: neither an address nor a session id, by which two connections at two places
// could be found to be one. All labels are known beforehand: no peer can make the page grow.
#pragma once

#include <memory>
#include <string>

#include "veilwire/host/metrics.h"
#include "veilwire/proxy/report/observer.h"

namespace veilwire::proxy {

// Reasons for dropped messages that get a label of their own; later ones are "other". There are a
// handful, all of them names in our sources: it bounds what a mistake there costs.
inline constexpr std::size_t kMaxDropReasons = 32;

class Metrics final : public Observer {
 public:
  Metrics();
  ~Metrics() override;

  // All figures, as host::kMetricsContentType has them.
  std::string text() const;

  void on(const Event& event) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::proxy

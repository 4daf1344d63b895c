// What the proxy did, as figures for Prometheus.
//
// No label says who: neither an address nor a session id, which would tell of two connections at
// two places that they are one. The labels are sets that the program knows beforehand, so that no
// peer can make the page grow.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "veilwire/proxy/observer.h"

namespace veilwire::proxy {

// Of Metrics::text().
inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

// Reasons for dropped messages that get a label of their own; later ones are "other". There are a
// handful, all of them names in our sources: it bounds what a mistake there costs.
inline constexpr std::size_t kMaxDropReasons = 32;

class Metrics final : public Observer {
 public:
  Metrics();
  ~Metrics() override;

  // All figures in the text format of Prometheus, version 0.0.4.
  std::string text() const;

  void accepted(ConnectionNumber number, Direction direction) override;
  void targeted(ConnectionNumber, const Endpoint&) override {}
  void joined(ConnectionNumber number, const Joined& how) override;
  void passed_through(ConnectionNumber number, PassthroughReason reason) override;
  void refused(ConnectionNumber number, Refusal why, std::string_view text) override;
  void downgraded(ConnectionNumber number, OnDowngrade action) override;
  // Takes well under 100 ns.
  void message_passed(Direction direction, Side from, const protocol::MessageType& type,
                      std::size_t bytes) override;
  void message_dropped(Direction direction, Side from, const protocol::MessageType& type,
                       std::string_view reason) override;
  void entries_removed(Direction direction, Side from, std::size_t count) override;
  void bytes_passed_through(Side from, std::uint64_t bytes) override;
  void counted(Direction direction, Side side, const transport::Info& info) override;
  void ended(ConnectionNumber number, std::string_view text) override;
  void not_accepting(std::string_view why) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::proxy

// One observer that is several.
#pragma once

#include <utility>
#include <vector>

#include "veilwire/proxy/observer.h"

namespace veilwire::proxy {

// Tells each of its observers everything, in their order.
class Observers final : public Observer {
 public:
  // They must outlive it.
  explicit Observers(std::vector<Observer*> all) : all_(std::move(all)) {}

  void accepted(ConnectionNumber number, Direction direction) override;
  void targeted(ConnectionNumber number, const Endpoint& peer) override;
  void joined(ConnectionNumber number, const Joined& how) override;
  void passed_through(ConnectionNumber number, PassthroughReason reason) override;
  void refused(ConnectionNumber number, Refusal why, std::string_view text) override;
  void downgraded(ConnectionNumber number, OnDowngrade action) override;
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
  const std::vector<Observer*> all_;
};

}  // namespace veilwire::proxy

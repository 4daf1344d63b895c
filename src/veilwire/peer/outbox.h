// Messages that wait to be pushed into a transport, in order.
#pragma once

#include <deque>
#include <optional>
#include <utility>

#include "veilwire/protocol/message.h"
#include "veilwire/wire/codec.h"

namespace veilwire::peer {

class Outbox {
 public:
  template <typename M>
  void put(const M& message) {
    messages_.push_back(wire::build(message));
  }
  std::optional<protocol::OwnedMessage> take() {
    if (messages_.empty()) return std::nullopt;
    protocol::OwnedMessage first = std::move(messages_.front());
    messages_.pop_front();
    return first;
  }
  void clear() { messages_.clear(); }

 private:
  std::deque<protocol::OwnedMessage> messages_;
};

}  // namespace veilwire::peer

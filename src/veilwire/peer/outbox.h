// Messages that wait to be pushed into a transport, in order.
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "veilwire/base/bytes.h"
#include "veilwire/wire/codec.h"

namespace veilwire::peer {

struct OutgoingMessage {
  std::string_view name;  // a literal
  Bytes payload;
};

class Outbox {
 public:
  template <typename M>
  void put(const M& message) {
    messages_.push_back({M::kName, wire::serialize(message)});
  }
  std::optional<OutgoingMessage> take() {
    if (messages_.empty()) return std::nullopt;
    OutgoingMessage first = std::move(messages_.front());
    messages_.pop_front();
    return first;
  }
  void clear() { messages_.clear(); }

 private:
  std::deque<OutgoingMessage> messages_;
};

}  // namespace veilwire::peer

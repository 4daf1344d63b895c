// Messages that wait to be pushed into a transport, in order. An empty one holds no memory.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "veilwire/protocol/message.h"
#include "veilwire/wire/codec.h"

namespace veilwire::peer {

class Outbox {
 public:
  template <typename M>
  void put(const M& message) {
    messages_.push_back(wire::build(message));
  }
  // What is put from now on waits until lift_barrier().
  void put_barrier() { barrier_ = messages_.size(); }
  void lift_barrier() { barrier_ = kNoBarrier; }

  std::optional<protocol::OwnedMessage> take() {
    if (taken_ == messages_.size() || taken_ == barrier_) return std::nullopt;
    protocol::OwnedMessage first = std::move(messages_[taken_++]);
    if (taken_ == messages_.size()) forget_taken();
    return first;
  }
  void clear() { *this = {}; }

 private:
  static constexpr std::size_t kNoBarrier = std::numeric_limits<std::size_t>::max();

  void forget_taken() {
    if (barrier_ == taken_) barrier_ = 0;
    messages_ = {};
    taken_ = 0;
  }

  std::vector<protocol::OwnedMessage> messages_;
  std::size_t taken_ = 0;  // of them, from the front
  std::size_t barrier_ = kNoBarrier;
};

}  // namespace veilwire::peer

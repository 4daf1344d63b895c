// The front of a queue, taken off it: what a machine's poll does.
#pragma once

#include <deque>
#include <optional>
#include <utility>

namespace veilwire {

// Nothing where there is none.
template <typename T>
std::optional<T> take_first(std::deque<T>& queue) {
  if (queue.empty()) return std::nullopt;
  T first = std::move(queue.front());
  queue.pop_front();
  return first;
}

}  // namespace veilwire

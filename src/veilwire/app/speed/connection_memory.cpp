#include "veilwire/app/speed/connection_memory.h"

#include <malloc.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/transport/key_source.h"
#include "veilwire/transport/limits.h"
#include "veilwire/transport/responder.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::app {
namespace {

using transport::Responder;
using transport::Role;
using transport::Transport;
using transport::V2Config;
using transport::V2Transport;

constexpr std::size_t kPairs = 256;
constexpr int kPingsWhenBusy = 40;
constexpr TimePoint kStart{};

using Connections = std::vector<std::unique_ptr<Transport>>;

// Carries what waits in `from` over to `to`, at most `limit` bytes of it.
void deliver(Transport& from, Transport& to, std::size_t limit) {
  const ByteView waiting = from.bytes_to_send();
  Bytes wire(waiting.begin(), waiting.end());
  from.mark_sent(wire.size());
  ByteView rest = ByteView(wire).first(std::min(limit, wire.size()));
  while (!rest.empty() && !to.fault()) {
    rest = rest.subspan(to.feed(kStart, rest));
    while (to.poll_event()) {
    }
  }
  if (to.fault()) throw std::runtime_error("two transports did not understand each other");
}

void deliver(Transport& from, Transport& to) { deliver(from, to, SIZE_MAX); }

void ping(Transport& from, Transport& to) {
  const Bytes nonce(8, 1);
  const auto type = protocol::MessageType::from_name("ping");
  if (!type || !from.push(kStart, {*type, nonce})) {
    throw std::runtime_error("a ping could not be queued");
  }
  deliver(from, to);
}

void fall_idle(Transport& transport) {
  const TimePoint later = kStart + transport::kIdleRelease;
  while (const auto deadline = transport.next_deadline()) {
    if (*deadline > later) break;
    transport.on_deadline(later);
  }
}

V2Config config_for(ConnectionState state) {
  V2Config config;
  if (state != ConnectionState::kHandshaking) return config;
  config.garbage = [](Entropy& entropy) -> std::expected<Bytes, EntropyFailure> {
    Bytes garbage(transport::kMaxGarbageBytes);
    if (const auto filled = entropy.fill(garbage); !filled) {
      return std::unexpected(filled.error());
    }
    return garbage;
  };
  return config;
}

void bring_into(ConnectionState state, Transport& initiator, Transport& responder) {
  constexpr std::size_t kKeyAndGarbage = transport::kEllSwiftBytes + transport::kMaxGarbageBytes;
  if (state == ConnectionState::kHandshaking) {
    deliver(initiator, responder, kKeyAndGarbage);
    deliver(responder, initiator, kKeyAndGarbage);
    return;
  }
  deliver(initiator, responder);
  deliver(responder, initiator);
  deliver(initiator, responder);
  for (int i = 0; i < kPingsWhenBusy; ++i) {
    ping(initiator, responder);
    ping(responder, initiator);
  }
  if (state == ConnectionState::kIdle) {
    fall_idle(initiator);
    fall_idle(responder);
  }
}

// Nothing where the allocator is not the C library's own (under a sanitizer) and counts nothing.
std::optional<std::size_t> heap_in_use() {
#if defined(__GLIBC__)
  const struct mallinfo2 heap = mallinfo2();
  if (heap.uordblks + heap.hblkhd > 0) return heap.uordblks + heap.hblkhd;
#endif
  return std::nullopt;
}

std::optional<std::size_t> heap_freed_by_ending(Connections& connections) {
  const std::size_t count = connections.size();
  const auto before = heap_in_use();
  for (auto& connection : connections) connection.reset();
  const auto after = heap_in_use();
  if (!before || !after || *before <= *after) return std::nullopt;
  return (*before - *after) / count;
}

std::size_t largest_told(const Connections& connections) {
  std::size_t largest = 0;
  for (const auto& connection : connections) {
    largest = std::max(largest, connection->info().memory_bytes);
  }
  return largest;
}

}  // namespace

ConnectionMemory measure_connection_memory(ConnectionState state) {
  crypto::SeededEntropy entropy(1);
  transport::KeyPool keys(entropy, 1);
  Connections initiators;
  Connections responders;
  for (std::size_t i = 0; i < kPairs; ++i) {
    initiators.push_back(
        std::make_unique<V2Transport>(Role::kInitiator, config_for(state), keys, entropy, kStart));
    responders.push_back(std::make_unique<Responder>(config_for(state), keys, entropy, kStart));
    bring_into(state, *initiators.back(), *responders.back());
  }
  const std::size_t told = std::max(largest_told(initiators), largest_told(responders));
  const auto initiator_heap = heap_freed_by_ending(initiators);
  const auto responder_heap = heap_freed_by_ending(responders);
  return {told, std::max(initiator_heap, responder_heap)};
}

}  // namespace veilwire::app

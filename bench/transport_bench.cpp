// A message all the way: pushed at one end, sealed, carried over, opened, and polled at the other.
// What an embedding program pays in all, its socket left out.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>

#include "veilwire/base/bytes.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/transport/key_source.h"
#include "veilwire/transport/responder.h"
#include "veilwire/transport/v1_transport.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::bench {
namespace {

using protocol::MessageType;
using transport::MessageReceived;
using transport::Role;
using transport::Transport;

constexpr TimePoint kNow{};

// Carries over what waits and gives the number of messages that arrived.
std::size_t deliver(Transport& from, Transport& to) {
  std::size_t messages = 0;
  const ByteView wire = from.bytes_to_send();
  for (ByteView rest = wire; !rest.empty() && !to.fault();) {
    rest = rest.subspan(to.feed(kNow, rest));
    while (const auto event = to.poll_event()) {
      if (std::holds_alternative<MessageReceived>(*event)) ++messages;
    }
  }
  from.mark_sent(wire.size());
  return messages;
}

struct V2Pair {
  V2Pair() {
    deliver(sender, receiver);
    deliver(receiver, sender);
    deliver(sender, receiver);
  }

  crypto::SeededEntropy entropy{1};
  transport::KeyPool keys{entropy, 2};
  transport::V2Transport sender{Role::kInitiator, {}, keys, entropy, kNow};
  transport::Responder receiver{{}, keys, entropy, kNow};
};

struct V1Pair {
  transport::V1Transport sender{Role::kInitiator, {}, kNow};
  transport::V1Transport receiver{Role::kResponder, {}, kNow};
};

// range(0): payload bytes; range(1): messages that are pushed before the wire takes them.
template <typename Pair>
void carry(benchmark::State& state) {
  Pair pair;
  const Bytes payload(static_cast<std::size_t>(state.range(0)));
  const auto queue = static_cast<std::size_t>(state.range(1));
  const auto type = MessageType::from_name("inv");
  for (auto _ : state) {
    for (std::size_t i = 0; i < queue; ++i) {
      if (!pair.sender.push(kNow, {*type, payload})) state.SkipWithError("a push was refused");
    }
    if (deliver(pair.sender, pair.receiver) != queue) state.SkipWithError("a message was lost");
  }
  const std::int64_t messages = state.iterations() * state.range(1);
  state.SetItemsProcessed(messages);
  state.SetBytesProcessed(messages * state.range(0));
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  for (const std::int64_t bytes : {8, 36, 60, 250, 1000, 16'000, 100'000, 1'000'000, 4'000'000}) {
    benchmark->Args({bytes, 1});
    if (bytes <= 1000) benchmark->Args({bytes, 32});
  }
  benchmark->ArgNames({"payload", "queue"});
}

BENCHMARK(carry<V2Pair>)->Apply(sizes)->Name("transport/v2");
BENCHMARK(carry<V1Pair>)->Apply(sizes)->Name("transport/v1");

}  // namespace
}  // namespace veilwire::bench

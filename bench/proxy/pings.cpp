#include <unistd.h>

#include <algorithm>
#include <array>

#include "measures.h"
#include "one_core.h"

namespace veilwire::bench {
namespace {

constexpr std::size_t kInTurn = 100;

// Pings under way at a time, of those that come in a stream.
constexpr std::size_t kWindow = 1000;

// With the 24 bytes of a version 1 header, 32 on the wire.
constexpr std::array<std::uint8_t, 8> kNonce{1, 2, 3, 4, 5, 6, 7, 8};

class Pinger {
 public:
  Pinger(Site& site, Way way) : site_(site), pair_(site.open(way)) {
    pair_.peer->set_on_message([this](protocol::MessageKind, ByteView nonce) {
      pair_.peer->send({protocol::MessageKind::kPong, nonce});
    });
    pair_.program->set_on_message([this](protocol::MessageKind, ByteView) { has_pong_ = true; });
  }

  Duration ping() {
    has_pong_ = false;
    const TimePoint began_at = now();
    pair_.program->send({protocol::MessageKind::kPing, kNonce});
    site_.loop().turn_until([this] { return has_pong_; }, "`pong`");
    return now() - began_at;
  }

  void ping_into(Times& times) {
    for (std::size_t i = 0; i < kInTurn; ++i) times.push_back(ping());
  }

 private:
  Site& site_;
  Pair pair_;
  bool has_pong_ = false;
};

}  // namespace

Duration quantile(const Times& sorted, double part) {
  if (sorted.empty()) return Duration::zero();
  const auto place = static_cast<std::size_t>(part * static_cast<double>(sorted.size()));
  return sorted[std::min(place, sorted.size() - 1)];
}

PingFigures measure_pings(Site& site, std::size_t count) {
  const OnOneCore on_one_core(
      {::getpid(), site.process(Way::kBareRelay).pid(), site.process(Way::kOutbound).pid()});
  Pinger relay(site, Way::kBareRelay);
  Pinger proxy(site, Way::kOutbound);
  PingFigures figures;
  while (figures.proxy.size() < count) {
    relay.ping_into(figures.relay);
    proxy.ping_into(figures.proxy);
  }
  std::ranges::sort(figures.relay);
  std::ranges::sort(figures.proxy);
  return figures;
}

PingStreamFigures measure_ping_stream(Site& site, Way way, std::size_t count) {
  Pair pair = site.open(way);
  std::size_t pongs = 0;
  pair.peer->set_on_message([&](protocol::MessageKind, ByteView nonce) {
    pair.peer->queue({protocol::MessageKind::kPong, nonce});
  });
  pair.program->set_on_message([&](protocol::MessageKind, ByteView) { ++pongs; });
  const TimePoint began_at = now();
  const CpuTime before = site.process(way).cpu_time();
  for (std::size_t sent = 0; sent < count; sent += kWindow) {
    for (std::size_t i = 0; i < kWindow; ++i)
      pair.program->queue({protocol::MessageKind::kPing, kNonce});
    pair.program->flush();
    site.loop().turn_until([&] { return pongs >= sent + kWindow; }, "the last `pong`");
  }
  return {
      .round_trips = pongs, .wall = now() - began_at, .cpu = site.process(way).cpu_time() - before};
}

}  // namespace veilwire::bench

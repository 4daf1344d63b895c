#include <algorithm>

#include "measures.h"
#include "round_of_pings.h"

namespace veilwire::bench {
namespace {

constexpr std::uint64_t kFloodBytesPerSecond = 5'000'000;
// A version 1 header and nothing after it.
constexpr std::uint64_t kMessageBytes = 24;
constexpr std::size_t kBeside = 10;
// What a flooder writes at once at most, so that it stays a flooder where the proxy is behind.
constexpr std::uint64_t kMostAtOnce = 4000;

// One program that sends at a steady rate, and a peer that reads.
class Flooder {
 public:
  explicit Flooder(Site& site) : pair_(site.open(Way::kOutbound)), began_at_(now()) {}

  void send_what_is_due() {
    const auto due = kFloodBytesPerSecond *
                     static_cast<std::uint64_t>((now() - began_at_).count()) / 1'000'000'000 /
                     kMessageBytes;
    if (due <= sent_ || pair_.program->waits_to_write()) return;
    const std::uint64_t count = std::min(due - sent_, kMostAtOnce);
    for (std::uint64_t i = 0; i < count; ++i)
      pair_.program->queue({protocol::MessageKind::kGetAddr, {}});
    pair_.program->flush();
    sent_ += count;
  }
  std::uint64_t bytes() const { return sent_ * kMessageBytes; }

 private:
  Pair pair_;
  TimePoint began_at_;
  std::uint64_t sent_ = 0;
};

}  // namespace

SmallFloodFigures measure_small_flood(Site& site, std::size_t flooders, Duration duration) {
  SmallFloodFigures figures;
  std::vector<Pair> beside;
  for (std::size_t i = 0; i < kBeside; ++i) beside.push_back(site.open(Way::kOutbound));
  std::vector<std::unique_ptr<Flooder>> flood;
  for (std::size_t i = 0; i < flooders; ++i) flood.push_back(std::make_unique<Flooder>(site));

  RoundOfPings round(beside, figures.pings);
  const TimePoint began_at = now();
  const CpuTime before = site.process(Way::kOutbound).cpu_time();
  while (now() < began_at + duration) {
    for (const auto& one : flood) one->send_what_is_due();
    round.ping_when_due();
    site.loop().turn(std::chrono::milliseconds(flooders == 0 ? 1 : 0));
  }
  figures.wall = now() - began_at;
  figures.cpu = site.process(Way::kOutbound).cpu_time() - before;
  for (const auto& one : flood) figures.flood_bytes += one->bytes();
  site.loop().turn_until([&] { return !round.waits(); }, "the last `pong` beside the flood");
  std::ranges::sort(figures.pings);
  return figures;
}

}  // namespace veilwire::bench

#include <algorithm>
#include <deque>

#include "measures.h"
#include "round_of_pings.h"

namespace veilwire::bench {
namespace {

// Peers that were admitted stay until so many came after them.
constexpr std::size_t kPeersKept = 100;
// How long the last ones that began may take.
constexpr Duration kLastWords = std::chrono::seconds(5);

// Peers that arrive at the inbound port, at a steady rate, each from the next address.
class Arrivals {
 public:
  Arrivals(Site& site, FloodFigures& figures) : site_(site), figures_(figures) {}

  void begin_one() {
    // 127.0.1.1 and up: the addresses of everything else are below.
    const auto host = static_cast<std::uint32_t>(257 + figures_.handshakes % 60'000);
    handshakes_.push_back(site_.begin_inbound(host));
    ++figures_.handshakes;
  }

  void look_after() {
    if (auto program = site_.take_program()) keep(std::move(program));
    for (auto& end : handshakes_) {
      if (end->established()) {
        ++figures_.admitted;
        keep(std::move(end));
      } else if (end->ended()) {
        ++figures_.refused;
        end.reset();
      }
    }
    std::erase(handshakes_, nullptr);
  }

  bool all_decided() const { return handshakes_.empty(); }

 private:
  void keep(std::unique_ptr<LoadEnd> end) {
    kept_.push_back(std::move(end));
    if (kept_.size() > 2 * kPeersKept) kept_.pop_front();
  }

  Site& site_;
  FloodFigures& figures_;
  std::vector<std::unique_ptr<LoadEnd>> handshakes_;
  std::deque<std::unique_ptr<LoadEnd>> kept_;
};

}  // namespace

FloodFigures measure_flood(Site& site, const std::vector<Pair>& pairs, unsigned per_minute,
                           Duration duration) {
  FloodFigures figures;
  Arrivals arrivals(site, figures);
  RoundOfPings round(pairs, figures.pings);
  const CpuTime before = site.process(Way::kInbound).cpu_time();
  const TimePoint began_at = now();
  while (now() < began_at + duration) {
    const auto due = (now() - began_at) * per_minute / std::chrono::minutes(1);
    if (figures.handshakes < static_cast<std::uint64_t>(due)) arrivals.begin_one();
    round.ping_when_due();
    site.loop().turn(std::chrono::milliseconds(1));
    arrivals.look_after();
  }
  figures.cpu = site.process(Way::kInbound).cpu_time() - before;
  site.loop().turn_until(
      [&] {
        arrivals.look_after();
        return arrivals.all_decided() && !round.waits();
      },
      "the last handshake", kLastWords);
  std::ranges::sort(figures.pings);
  return figures;
}

}  // namespace veilwire::bench

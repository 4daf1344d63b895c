#include <algorithm>
#include <array>
#include <deque>

#include "measures.h"

namespace veilwire::bench {
namespace {

constexpr Duration kBetweenPings = std::chrono::milliseconds(5);
// Peers that were admitted stay until so many came after them.
constexpr std::size_t kPeersKept = 100;
// How long the last ones that began may take.
constexpr Duration kLastWords = std::chrono::seconds(5);
constexpr std::array<std::uint8_t, 8> kNonce{8, 7, 6, 5, 4, 3, 2, 1};

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
    for (auto& link : handshakes_) {
      if (link->established()) {
        ++figures_.admitted;
        keep(std::move(link));
      } else if (link->ended()) {
        ++figures_.refused;
        link.reset();
      }
    }
    std::erase(handshakes_, nullptr);
  }

  bool all_decided() const { return handshakes_.empty(); }

 private:
  void keep(std::unique_ptr<Link> link) {
    kept_.push_back(std::move(link));
    if (kept_.size() > 2 * kPeersKept) kept_.pop_front();
  }

  Site& site_;
  FloodFigures& figures_;
  std::vector<std::unique_ptr<Link>> handshakes_;
  std::deque<std::unique_ptr<Link>> kept_;
};

// One ping at a time, each on the next connection.
class Probe {
 public:
  Probe(const std::vector<Pair>& pairs, Times& times) : pairs_(pairs), times_(times) {
    for (const Pair& pair : pairs_) {
      pair.peer->set_on_message([&peer = *pair.peer](protocol::MessageKind, ByteView nonce) {
        peer.send({protocol::MessageKind::kPong, nonce});
      });
      pair.program->set_on_message([this](protocol::MessageKind, ByteView) {
        times_.push_back(now() - sent_at_);
        waits_ = false;
      });
    }
  }
  ~Probe() {
    for (const Pair& pair : pairs_) {
      pair.program->set_on_message({});
      pair.peer->set_on_message({});
    }
  }
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  void ping() {
    if (waits_) return;
    waits_ = true;
    sent_at_ = now();
    pairs_[next_++ % pairs_.size()].program->send({protocol::MessageKind::kPing, kNonce});
  }
  bool waits() const { return waits_; }

 private:
  const std::vector<Pair>& pairs_;
  Times& times_;
  std::size_t next_ = 0;
  TimePoint sent_at_;
  bool waits_ = false;
};

}  // namespace

FloodFigures measure_flood(Site& site, const std::vector<Pair>& pairs, unsigned per_minute,
                           Duration duration) {
  FloodFigures figures;
  Arrivals arrivals(site, figures);
  Probe probe(pairs, figures.pings);
  const CpuTime before = site.process(Way::kInbound).cpu_time();
  const TimePoint began_at = now();
  TimePoint next_ping = began_at;
  while (now() < began_at + duration) {
    const auto due = (now() - began_at) * per_minute / std::chrono::minutes(1);
    if (figures.handshakes < static_cast<std::uint64_t>(due)) arrivals.begin_one();
    if (now() >= next_ping) {
      probe.ping();
      next_ping += kBetweenPings;
    }
    site.loop().turn(std::chrono::milliseconds(1));
    arrivals.look_after();
  }
  figures.cpu = site.process(Way::kInbound).cpu_time() - before;
  site.loop().turn_until(
      [&] {
        arrivals.look_after();
        return arrivals.all_decided() && !probe.waits();
      },
      "the last handshake", kLastWords);
  std::ranges::sort(figures.pings);
  return figures;
}

}  // namespace veilwire::bench

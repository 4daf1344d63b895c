#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>

#include "measures.h"

namespace veilwire::bench {
namespace {

// Sizes of recent blocks on the network; a v2 packet of each is larger than any one read.
constexpr std::array<std::size_t, 5> kBlockBytes{1'000'000, 1'250'000, 1'500'000, 1'750'000,
                                                 2'000'000};

constexpr Duration kBlocksPatience = std::chrono::minutes(5);

Bytes random_bytes(std::size_t count) {
  std::mt19937_64 numbers(324);
  Bytes bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(numbers());
  return bytes;
}

ByteView block(std::size_t number) {
  static const Bytes bytes = random_bytes(kBlockBytes.back());
  return ByteView(bytes).first(kBlockBytes[number % kBlockBytes.size()]);
}

// One connection, on which blocks go one after the other.
class Stream {
 public:
  Stream(Pair pair, Flow flow, std::uint64_t bytes) : pair_(std::move(pair)), bytes_(bytes) {
    const bool is_upwards = flow == Flow::kProgramToPeer;
    from_ = (is_upwards ? pair_.program : pair_.peer).get();
    to_ = (is_upwards ? pair_.peer : pair_.program).get();
    to_->set_on_message(
        [this](protocol::MessageKind kind, ByteView payload) { take(kind, payload); });
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void start() {
    from_->set_source([this] { return send_next(); });
  }
  bool done() const {
    if (from_->ended() || to_->ended()) {
      throw std::runtime_error("the connection ended among blocks");
    }
    return received_bytes_ >= bytes_;
  }
  std::uint64_t received_bytes() const { return received_bytes_; }

 private:
  bool send_next() {
    if (sent_bytes_ >= bytes_) return false;
    const ByteView next = block(sent_++);
    sent_bytes_ += next.size();
    from_->send({protocol::MessageKind::kBlock, next});
    return true;
  }

  void take(protocol::MessageKind kind, ByteView payload) {
    if (kind != protocol::MessageKind::kBlock || payload.size() != block(received_++).size()) {
      throw std::runtime_error("a block came out wrong");
    }
    received_bytes_ += payload.size();
  }

  Pair pair_;
  const std::uint64_t bytes_;
  LoadEnd* from_ = nullptr;
  LoadEnd* to_ = nullptr;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
  std::uint64_t sent_bytes_ = 0;
  std::uint64_t received_bytes_ = 0;
};

}  // namespace

BlockFigures measure_blocks(Site& site, Way way, Flow flow, std::size_t connections,
                            std::uint64_t bytes) {
  std::vector<std::unique_ptr<Stream>> streams;
  for (std::size_t i = 0; i < connections; ++i) {
    streams.push_back(std::make_unique<Stream>(site.open(way), flow, bytes / connections));
  }
  const TimePoint began_at = now();
  const CpuTime before = site.process(way).cpu_time();
  for (const auto& stream : streams) stream->start();
  site.loop().turn_until(
      [&] { return std::ranges::all_of(streams, [](const auto& one) { return one->done(); }); },
      "the last block", kBlocksPatience);
  BlockFigures figures{.wall = now() - began_at, .cpu = site.process(way).cpu_time() - before};
  for (const auto& stream : streams) figures.bytes += stream->received_bytes();
  return figures;
}

}  // namespace veilwire::bench

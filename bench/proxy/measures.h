// What is measured, each with fresh connections.
#pragma once

#include <vector>

#include "site.h"

namespace veilwire::bench {

// -- Blocks ---------------------------------------------------------------------------------------

enum class Flow : std::uint8_t { kProgramToPeer, kPeerToProgram };

struct BlockFigures {
  std::uint64_t bytes = 0;  // payloads
  Duration wall{};
  CpuTime cpu{};  // of the process in the middle
};
// Sends `block` messages of 1 to 2 MB one after the other on each of `connections`, at least
// `bytes` in all, and waits until each has come whole and in order.
BlockFigures measure_blocks(Site& site, Way way, Flow flow, std::size_t connections,
                            std::uint64_t bytes);

// -- Pings ----------------------------------------------------------------------------------------

// Round trips, sorted.
using Times = std::vector<Duration>;
Duration quantile(const Times& sorted, double part);

struct PingFigures {
  Times relay;
  Times proxy;
};
// `count` round trips of 32 bytes each way through each, one at a time, a hundred of the one and a
// hundred of the other in turn, all processes on one core.
PingFigures measure_pings(Site& site, std::size_t count);

struct PingStreamFigures {
  std::size_t round_trips = 0;
  Duration wall{};
  CpuTime cpu{};  // of the process in the middle
};
// The same pings by the thousand: so many are under way at a time, each answered by a pong.
PingStreamFigures measure_ping_stream(Site& site, Way way, std::size_t count);

// -- A flood of small messages --------------------------------------------------------------------

struct SmallFloodFigures {
  Times pings{};  // of the connections beside the flooders
  std::uint64_t flood_bytes = 0;
  Duration wall{};
  CpuTime cpu{};
};
// For `duration`, `flooders` programs send messages of 24 bytes through the proxy, 5 MB of them a
// second each, while one of ten others after another pings its peer.
SmallFloodFigures measure_small_flood(Site& site, std::size_t flooders, Duration duration);

// -- Idle connections -----------------------------------------------------------------------------

struct IdleFigures {
  std::size_t connections = 0;
  std::size_t rss_growth_bytes = 0;
};
// Opens `count` connections more and keeps them in `pairs`; measured when they have been idle for
// some seconds.
IdleFigures measure_idle(Site& site, Way way, std::size_t count, std::vector<Pair>& pairs);

// -- A flood of handshakes ------------------------------------------------------------------------

struct FloodFigures {
  std::size_t handshakes = 0;
  std::size_t admitted = 0;
  std::size_t refused = 0;
  Times pings{};  // of the connections that were there before
  CpuTime cpu{};
};
// For `duration`, `per_minute` peers begin a handshake at the inbound port, while one of `pairs`
// after another pings its other end.
FloodFigures measure_flood(Site& site, const std::vector<Pair>& pairs, unsigned per_minute,
                           Duration duration);

}  // namespace veilwire::bench

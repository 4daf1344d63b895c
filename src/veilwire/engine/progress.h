// What an engine has done, and a line about it for a person who waits.
#pragma once

#include <cstdint>
#include <string>

#include "veilwire/base/time.h"
#include "veilwire/chain/header_tree.h"

namespace veilwire::engine {

// Since the engine was made. Durations are zero where it has no stopwatch.
struct Done {
  std::uint64_t blocks = 0;  // connected
  std::uint64_t transactions = 0;
  std::uint64_t inputs = 0;
  std::uint64_t inputs_run = 0;  // of them, whose scripts were run
  Duration reading{};            // blocks and coins, as far as that was waited for
  Duration checking{};           // scripts among it
  Duration writing{};            // undo, log and checkpoints
};

// What everything else waits for.
enum class Bound : std::uint8_t { kNetwork, kDisk, kSignatures, kProcessor };

class Progress {
 public:
  Progress(TimePoint now, const Done& done) : at_(now), done_(done) {}

  // Of what was done since the line before, or since the beginning, with nothing at its end:
  // "height 812345 of 866342 (2023-10-17), 34 blocks/s, 98000 inputs/s, bound by signatures, 26 min left".
  std::string line(TimePoint now, const Done& done, const chain::HeaderTree& tree,
                   chain::NodeIndex tip);

 private:
  TimePoint at_;
  Done done_;
};

// Which of them it was, from one time to another.
Bound bound_between(const Done& before, const Done& after, Duration passed);

}  // namespace veilwire::engine

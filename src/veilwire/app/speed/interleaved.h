// Ways of doing the same work, mostly two, timed in turn: what slows the machine down for a moment
// then hits all, and their ratios are those of neighbours in time.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "veilwire/base/time.h"

namespace veilwire::app {

// One of them. A round is prepare(), which is not timed, and work(), which is. Either throws
// std::runtime_error where the work comes out wrong: a figure for wrong work is no figure.
class Contestant {
 public:
  virtual ~Contestant() = default;
  virtual void prepare() {}
  virtual void work() = 0;
  // How many operations one call of work() does.
  virtual std::size_t operations() const = 0;
};

// Nanoseconds for one operation in each round.
struct Rounds {
  std::vector<double> ours;
  std::vector<double> reference;
};

// Medians of rounds, in nanoseconds an operation.
struct Comparison {
  double ns;
  double reference_ns;
  double ratio;  // median of reference / ours, round by round

  // Ours in times of the reference's: 1.1 is a tenth more.
  double overhead() const { return 1 / ratio; }
};

// At least this many rounds, however long they take.
inline constexpr std::size_t kFewestRounds = 5;

// Nanoseconds for one operation in one round.
double time_round(Contestant& contestant);

// Rounds of each in turn, until `budget` is spent: nanoseconds for one operation, a list for each
// contestant. Who is first moves on by one from turn to turn.
std::vector<std::vector<double>> run_in_turn(std::span<Contestant* const> contestants,
                                             Duration budget);
// Of two.
Rounds run_in_turn(Contestant& ours, Contestant& reference, Duration budget);

// REQUIRES: both have the same, non-zero number of rounds.
Comparison compare(const Rounds& rounds);

}  // namespace veilwire::app

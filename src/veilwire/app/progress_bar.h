// How far a run over many targets has come, as a bar on a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "veilwire/app/terminal.h"
#include "veilwire/base/time.h"

namespace veilwire::app {

struct Counts {
  std::size_t targets = 0;
  std::size_t done = 0;
  std::size_t answered = 0;  // addresses
};

// "[#####...............] 12/50 targets, 14 answered", in fewer than `columns` characters: a narrow
// terminal gets no bar, or less still. 0 columns are of a terminal that does not say.
std::string progress_text(const Counts& counts, std::size_t columns);

// Redrawn at most every kProgressInterval, but for the first and the last count; what was left out
// is drawn by the next tick(). Nothing is shown for one target, or where standard error is no
// terminal.
inline constexpr Duration kProgressInterval = std::chrono::milliseconds(100);

class ProgressBar {
 public:
  explicit ProgressBar(std::size_t targets) : targets_(targets) {}

  void update(TimePoint now, std::size_t done, std::size_t answered);
  // To be called now and then, every kProgressInterval.
  void tick(TimePoint now);
  // Makes room for something else; it is drawn again with the next update or tick.
  void erase();

 private:
  bool is_due(TimePoint now) const;
  void draw(TimePoint now);

  std::size_t targets_;
  Counts counts_;
  bool stale_ = false;
  TimePoint next_at_{};
  ProgressLine line_;
};

}  // namespace veilwire::app

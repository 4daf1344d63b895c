#include "veilwire/app/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>

namespace veilwire::app {
namespace {

constexpr std::size_t kBarColumns = 20;
constexpr std::size_t kUsualColumns = 80;

std::string bar(const Counts& counts) {
  const std::size_t full = counts.targets == 0 ? 0 : kBarColumns * counts.done / counts.targets;
  return fmt::format("[{}{}]", std::string(full, '#'), std::string(kBarColumns - full, '.'));
}

}  // namespace

// A character in the last column would have some terminals go on to the next line.
std::string progress_text(const Counts& counts, std::size_t columns) {
  const std::size_t room = (columns == 0 ? kUsualColumns : columns) - 1;
  std::string text = fmt::format("{}/{} targets", counts.done, counts.targets);
  const std::string answered = fmt::format(", {} answered", counts.answered);
  if (text.size() + answered.size() <= room) text += answered;
  if (const std::string drawn = bar(counts); drawn.size() + 1 + text.size() <= room) {
    return drawn + ' ' + text;
  }
  return text.substr(0, room);
}

void ProgressBar::update(TimePoint now, std::size_t done, std::size_t answered) {
  counts_ = {targets_, done, answered};
  stale_ = true;
  const bool first_or_last = done == 0 || done == targets_;
  if (first_or_last || is_due(now)) draw(now);
}

void ProgressBar::tick(TimePoint now) {
  if (stale_ && is_due(now)) draw(now);
}

bool ProgressBar::is_due(TimePoint now) const { return now >= next_at_; }

void ProgressBar::erase() {
  line_.erase();
  stale_ = true;
}

void ProgressBar::draw(TimePoint now) {
  if (targets_ == 1) return;
  line_.show(progress_text(counts_, columns_of(stderr)));
  stale_ = false;
  next_at_ = now + kProgressInterval;
}

}  // namespace veilwire::app

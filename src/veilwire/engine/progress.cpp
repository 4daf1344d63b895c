#include "veilwire/engine/progress.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace veilwire::engine {
namespace {

using Seconds = std::chrono::duration<double>;

const char* name_of(Bound bound) {
  switch (bound) {
    case Bound::kNetwork:
      return "the network";
    case Bound::kDisk:
      return "the disk";
    case Bound::kSignatures:
      return "signatures";
    case Bound::kProcessor:
      break;
  }
  return "the processor";
}

template <typename... Values>
std::string text_of(const char* format, Values... values) {
  std::array<char, 160> text;
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

std::string date_of(std::uint32_t unix_seconds) {
  const std::chrono::sys_seconds time{std::chrono::seconds(unix_seconds)};
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  return text_of("%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                 static_cast<unsigned>(day.day()));
}

std::string rate_text(double a_second, const char* what) {
  return text_of(a_second < 10 ? "%.1f %s/s" : "%.0f %s/s", a_second, what);
}

// In one unit: what comes after would be made up.
std::string time_left(double seconds) {
  constexpr double kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  if (seconds >= 2 * kDay) return text_of("%.0f days left", seconds / kDay);
  if (seconds >= 2 * kHour) return text_of("%.0f h left", seconds / kHour);
  if (seconds >= 2 * kMinute) return text_of("%.0f min left", seconds / kMinute);
  return text_of("%.0f s left", seconds);
}

}  // namespace

Bound bound_between(const Done& before, const Done& after, Duration passed) {
  const Duration disk = (after.reading - before.reading) + (after.writing - before.writing);
  const Duration checking = after.checking - before.checking;
  if (disk + checking < passed / 2) return Bound::kNetwork;
  if (disk > checking) return Bound::kDisk;
  const bool were_scripts_run =
      2 * (after.inputs_run - before.inputs_run) > after.inputs - before.inputs;
  return were_scripts_run ? Bound::kSignatures : Bound::kProcessor;
}

std::string Progress::line(TimePoint now, const Done& done, const chain::HeaderTree& tree,
                           chain::NodeIndex tip) {
  const chain::HeaderNode& at = tree.nodes()[tip];
  const std::uint32_t height = at.height.value();
  const std::uint32_t best = tree.nodes()[tree.best_header()].height.value();
  std::string line =
      text_of("height %u of %u (%s)", height, std::max(height, best), date_of(at.time).c_str());
  const double seconds = Seconds(now - at_).count();
  const auto blocks = static_cast<double>(done.blocks - done_.blocks);
  if (seconds > 0 && blocks > 0) {
    const double block_rate = blocks / seconds;
    const auto inputs = static_cast<double>(done.inputs - done_.inputs);
    line += ", " + rate_text(block_rate, "blocks") + ", " + rate_text(inputs / seconds, "inputs") +
            ", bound by " + name_of(bound_between(done_, done, now - at_));
    if (best > height) line += ", " + time_left((best - height) / block_rate);
  } else if (best > height) {
    line += std::string(", waiting for ") + name_of(bound_between(done_, done, now - at_));
  }
  at_ = now;
  done_ = done;
  return line;
}

}  // namespace veilwire::engine

#include "veilwire/consensus/outside_coins.h"

namespace veilwire::consensus {

void OutsideCoins::add(const Coin& coin) {
  entries_.push_back({.value = coin.value(),
                      .height = coin.height(),
                      .origin = coin.origin(),
                      .script_begin = static_cast<std::uint32_t>(scripts_.size()),
                      .script_bytes = static_cast<std::uint32_t>(coin.script().size())});
  scripts_.insert(scripts_.end(), coin.script().begin(), coin.script().end());
}

void OutsideCoins::add_missing() { entries_.push_back({.is_missing = true}); }

std::optional<Coin> OutsideCoins::at(std::size_t ordinal) const {
  if (ordinal >= entries_.size() || entries_[ordinal].is_missing) return std::nullopt;
  const Entry& entry = entries_[ordinal];
  const ByteView script = ByteView(scripts_).subspan(entry.script_begin, entry.script_bytes);
  return Coin(entry.value, script, entry.height, entry.origin);
}

}  // namespace veilwire::consensus

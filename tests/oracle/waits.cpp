#include "waits.h"

#include <algorithm>

namespace veilwire::oracle {
namespace {

constexpr std::uint32_t kDisabled = 1u << 31;
constexpr std::uint32_t kByTime = 1u << 22;

std::uint32_t seconds_of(UnixTime time) {
  return static_cast<std::uint32_t>(to_unix_seconds(time));
}

// The longest relative lock that is over, now and then one more.
std::uint32_t relative_edge(Dice& dice, const Chain& chain, protocol::Height coin) {
  const std::uint32_t one_more = dice.one_in(20) ? 1 : 0;
  const std::uint32_t junk = dice.one_in(8) ? dice.pick<std::uint32_t>({1u << 16, 1u << 30}) : 0;
  if (dice.one_in(2)) return (chain.next_height().value() - coin.value() + one_more) | junk;
  const UnixTime made = median_time_past(chain.ancestors(), coin.before(1));
  const auto passed = (chain.median_time() - made).count() / 512;
  return static_cast<std::uint32_t>(std::max<std::int64_t>(passed, 0) + one_more) | kByTime | junk;
}

}  // namespace

std::uint32_t some_version(Dice& dice) {
  if (!dice.one_in(4)) return 2;
  return dice.pick<std::uint32_t>({0, 1, 1, 3, 0xffff'ffff, 0x8000'0000, 0x8000'0002, 0x7fff'ffff});
}

std::uint32_t some_lock_time(Dice& dice, const Chain& chain) {
  const std::uint32_t height = chain.next_height().value();
  const std::uint32_t median = seconds_of(chain.median_time());
  if (dice.one_in(60)) {
    return dice.pick<std::uint32_t>({height, height + 1, median, median + 1, 499'999'999,
                                     500'000'000, 0xffff'ffff, seconds_of(chain.tip().time) + 1,
                                     seconds_of(chain.tip().time)});
  }
  if (dice.one_in(2)) return 0;
  return dice.pick<std::uint32_t>({height - 1, height - 1, median - 1, median - 1, 1, 500'000'000});
}

std::uint32_t some_sequence(Dice& dice, const Chain& chain, protocol::Height coin) {
  switch (dice.below(8)) {
    case 0:
    case 1:
    case 2:
      return 0xffff'ffff;
    case 3:
      return 0xffff'fffe;
    case 4:
      return kDisabled | static_cast<std::uint32_t>(dice.next());
    default:
      return relative_edge(dice, chain, coin);
  }
}

}  // namespace veilwire::oracle

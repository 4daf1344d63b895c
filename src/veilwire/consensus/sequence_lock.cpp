#include "veilwire/consensus/sequence_lock.h"

namespace veilwire::consensus {
namespace {

constexpr std::uint32_t kFirstVersionWithLocks = 2;
constexpr std::uint32_t kNoLock = 1U << 31;
constexpr std::uint32_t kLockIsATime = 1U << 22;
constexpr std::uint32_t kLockMask = 0xffff;
constexpr std::chrono::seconds kTimeUnit{512};

bool lock_holds(std::uint32_t sequence, const Coin& coin, const BlockContext& context) {
  if ((sequence & kNoLock) != 0) return true;
  const std::uint32_t lock = sequence & kLockMask;
  if ((sequence & kLockIsATime) == 0) {
    return std::uint64_t{coin.height().value()} + lock <= context.height.value();
  }
  // It is counted from the end of the blocks before the coin's.
  const UnixTime since = median_time_past(*context.ancestors, coin.height().before(1));
  return since + lock * kTimeUnit <= context.median_time;
}

}  // namespace

bool sequence_locks_hold(const wire::Transaction& transaction, std::span<const Coin> spent,
                         const BlockContext& context) {
  if (transaction.version() < kFirstVersionWithLocks) return true;
  auto coin = spent.begin();
  for (const wire::Input& input : transaction.inputs()) {
    if (!lock_holds(input.sequence, *coin++, context)) return false;
  }
  return true;
}

}  // namespace veilwire::consensus

#include "veilwire/net/shared_key_pool.h"

namespace veilwire::net {

SharedKeyPool::SharedKeyPool(Entropy& entropy, std::size_t capacity)
    : entropy_(entropy), pool_(entropy, capacity) {}

std::expected<crypto::EphemeralKey, EntropyFailure> SharedKeyPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (pool_.size() != 0) return pool_.take();
  }
  return crypto::ellswift_generate(entropy_);
}

std::size_t SharedKeyPool::refill(std::size_t at_most) {
  for (std::size_t made = 0; made < at_most; ++made) {
    const std::lock_guard lock(mutex_);
    if (pool_.refill(1) == 0) return made;
  }
  return at_most;
}

std::size_t SharedKeyPool::size() const {
  const std::lock_guard lock(mutex_);
  return pool_.size();
}

}  // namespace veilwire::net

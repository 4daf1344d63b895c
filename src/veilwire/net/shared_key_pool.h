// Keys for handshakes on several threads.
#pragma once

#include <expected>
#include <mutex>

#include "veilwire/transport/key_source.h"

namespace veilwire::net {

// A transport::KeyPool behind a lock, which is held for as long as it takes to make one key at most,
// and not at all while a taker makes its own. After a fork it is as a KeyPool; fork while no other
// thread is within it.
class SharedKeyPool final : public transport::KeySource {
 public:
  // `entropy` must outlive the pool, and be safe for several threads.
  SharedKeyPool(Entropy& entropy, std::size_t capacity);

  std::expected<crypto::EphemeralKey, EntropyFailure> take() override;

  // As KeyPool's.
  std::size_t refill(std::size_t at_most);
  std::size_t size() const;

 private:
  Entropy& entropy_;
  mutable std::mutex mutex_;
  transport::KeyPool pool_;
};

}  // namespace veilwire::net

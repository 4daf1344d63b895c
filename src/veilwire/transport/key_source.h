// Where a version 2 handshake gets its ephemeral key from.
#pragma once

#include <expected>
#include <memory>

#include "veilwire/base/api.h"
#include "veilwire/base/entropy.h"
#include "veilwire/crypto/ellswift.h"

namespace veilwire::transport {

class VEILWIRE_API KeySource {
 public:
  virtual ~KeySource();
  // A key that nobody else is ever given. Fails where the entropy does.
  [[nodiscard]] virtual std::expected<crypto::EphemeralKey, EntropyFailure> take() = 0;
};

// Makes keys, ahead of need where the caller finds the time: with a filled pool a handshake pays
// only for the key exchange while its peer waits.
//
// fork: keys made before a fork are never given out after it, in the parent neither: each process
// would hold the same. A pool notices by a fork handler and by the process id, wipes what it holds
// and makes new ones; the entropy must then give both processes different bytes.
// Threads: one at a time.
class VEILWIRE_API KeyPool final : public KeySource {
 public:
  // `entropy` must outlive the pool. Holds at most `capacity` keys, 96 bytes each.
  KeyPool(Entropy& entropy, std::size_t capacity);
  ~KeyPool() override;

  std::expected<crypto::EphemeralKey, EntropyFailure> take() override;

  // Makes at most `at_most` keys (about 20 to 50 us each) and returns how many; less when the pool
  // is full or the entropy fails.
  std::size_t refill(std::size_t at_most);
  std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::transport

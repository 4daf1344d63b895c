#include "veilwire/transport/key_source.h"

#include <unistd.h>

#include <algorithm>
#include <vector>

#include "veilwire/transport/own_process.h"

namespace veilwire::transport {
namespace {

// Where the process stands between forks. The process id sees what the handlers do not: a clone
// that went past the C library.
struct Era {
  std::uint64_t forks;
  pid_t process;

  static Era now() { return {forks_counted(), getpid()}; }
  bool operator==(const Era&) const = default;
};

}  // namespace

KeySource::~KeySource() = default;

struct KeyPool::State {
  Entropy* entropy;
  std::size_t capacity;
  Era made_in = Era::now();
  std::vector<crypto::EphemeralKey> keys{};  // a key that leaves, or is dropped, wipes itself

  void drop_keys_of_an_earlier_era() {
    const Era era = Era::now();
    if (era == made_in) return;
    keys.clear();
    made_in = era;
  }
};

KeyPool::KeyPool(Entropy& entropy, std::size_t capacity)
    : state_(std::make_unique<State>(State{.entropy = &entropy, .capacity = capacity})) {
  // No growth later on: it would move keys about.
  state_->keys.reserve(capacity);
}

KeyPool::~KeyPool() = default;

std::expected<crypto::EphemeralKey, EntropyFailure> KeyPool::take() {
  state_->drop_keys_of_an_earlier_era();
  if (state_->keys.empty()) return crypto::ellswift_generate(*state_->entropy);
  crypto::EphemeralKey key = std::move(state_->keys.back());
  state_->keys.pop_back();
  return key;
}

std::size_t KeyPool::refill(std::size_t at_most) {
  state_->drop_keys_of_an_earlier_era();
  const std::size_t wanted = std::min(at_most, state_->capacity - state_->keys.size());
  for (std::size_t made = 0; made < wanted; ++made) {
    auto key = crypto::ellswift_generate(*state_->entropy);
    if (!key) return made;
    state_->keys.push_back(std::move(*key));
  }
  return wanted;
}

std::size_t KeyPool::size() const {
  return Era::now() == state_->made_in ? state_->keys.size() : 0;
}

}  // namespace veilwire::transport

// Signature hashes of one script code, by their type: several keys are tried against one signature,
// and one script checks several. Whoever holds one clears it where the script code changes, as
// CODESEPARATOR changes it.
#pragma once

#include <array>
#include <cstdint>

#include "veilwire/base/hash256.h"

namespace veilwire::consensus {

class DigestCache {
 public:
  void clear() { used_ = next_ = 0; }
  // Null where there is none of that type.
  const Hash256* find(std::uint8_t type) const {
    for (std::size_t i = 0; i < used_; ++i) {
      if (types_[i] == type) return &digests_[i];
    }
    return nullptr;
  }
  // The oldest makes room. The reference is good until the next call.
  const Hash256& put(std::uint8_t type, const Hash256& digest) {
    const std::size_t place = next_;
    types_[place] = type;
    digests_[place] = digest;
    next_ = (next_ + 1) % kPlaces;
    if (used_ < kPlaces) ++used_;
    return digests_[place];
  }

 private:
  static constexpr std::size_t kPlaces = 6;  // the types that have a use

  std::size_t used_ = 0;
  std::size_t next_ = 0;
  std::array<std::uint8_t, kPlaces> types_;
  std::array<Hash256, kPlaces> digests_;
};

}  // namespace veilwire::consensus

// MuHash3072: the hash of a set, whatever the order in which its elements came and went. What
// `gettxoutsetinfo muhash` names the set of coins by.
//
// Each element becomes a number of 3072 bits (SHA-256, stretched by ChaCha20), the set is the product
// of those added over the product of those removed, and the hash is SHA-256 of that quotient's 384
// bytes, the least significant first. Adding and removing cost one multiplication each, the hash a
// division as well. Public data only.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/crypto/number3072.h"

namespace veilwire::crypto {

class MuHash {
 public:
  static constexpr std::size_t kStateBytes = 2 * Number3072::kBytes;
  using State = std::array<std::uint8_t, kStateBytes>;

  // Of the empty set.
  MuHash() = default;
  // What state() gave; any bytes make a state.
  static MuHash from_state(std::span<const std::uint8_t, kStateBytes> state);
  State state() const;

  // An element may be in the set more than once, and be removed before it is added.
  void add(ByteView element);
  void remove(ByteView element);
  // Adds what the other set has added, and removes what it has removed: sets may be hashed in parts.
  void combine(const MuHash& other);

  Hash256 hash() const;

 private:
  Number3072 added_ = Number3072::one();
  Number3072 removed_ = Number3072::one();
};

}  // namespace veilwire::crypto

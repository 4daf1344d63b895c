// Remembers what was put in lately, in little memory: a Bloom filter that forgets. What is among the
// latest `elements` is known for certain; at most half as many older ones are known too; anything else
// is taken for known once in a million times.
//
// Three generations of half of `elements` each, 32 bits an element, 18 bits set for each. When the
// youngest is full the oldest is emptied and begins anew. A full generation takes
// (1 - e^(-18/32))^18 = 2.5e-7 of all for its own, and three of them 7.6e-7.
//
// The hashes' key is secret: nobody can choose what fills it soonest, or looks like another's.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/crypto/siphash.h"

namespace veilwire::addr {

class RollingFilter {
 public:
  // REQUIRES: 2 <= elements <= 100 million.
  RollingFilter(std::uint32_t elements, const crypto::SipKey& key);

  void insert(ByteView element);
  bool contains(ByteView element) const;
  void clear();

  // What it has allocated: nothing before the first element, then 6 bytes for each of `elements`.
  std::size_t bytes() const;

 private:
  static constexpr std::size_t kGenerations = 3;
  static constexpr std::uint32_t kBitsOfElement = 32;
  static constexpr unsigned kHashes = 18;

  using Generation = std::vector<std::uint64_t>;  // bits

  // The places of an element: first, first + step, first + 2 step ...
  struct Hashes {
    std::uint64_t first;
    std::uint64_t step;
  };
  Hashes hashes_of(ByteView element) const;
  std::size_t place(const Hashes& hashes, unsigned index) const;
  bool has(const Generation& generation, const Hashes& hashes) const;
  void begin_generation();

  crypto::SipKey key_;
  std::uint32_t most_in_generation_;
  std::uint32_t bits_;  // of a generation
  std::uint32_t in_youngest_ = 0;
  std::size_t youngest_ = 0;
  std::array<Generation, kGenerations> generations_;
};

}  // namespace veilwire::addr

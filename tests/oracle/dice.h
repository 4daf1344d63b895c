// Seeded chance, and what is chosen by it.
#pragma once

#include <initializer_list>
#include <span>
#include <vector>

#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::oracle {

class Dice : public crypto::RandomBytes {
 public:
  using RandomBytes::RandomBytes;

  // REQUIRES of all: something to choose from.
  template <typename T>
  T pick(std::initializer_list<T> choices) {
    return choices.begin()[below(choices.size())];
  }
  template <typename T>
  T& pick(std::vector<T>& choices) {
    return choices[below(choices.size())];
  }
  template <typename T>
  const T& pick(std::span<const T> choices) {
    return choices[below(choices.size())];
  }
  // A row of a table, as often as its `weight` says.
  template <typename Row, std::size_t kExtent>
  const Row& weighted(std::span<const Row, kExtent> table) {
    std::size_t sum = 0;
    for (const Row& row : table) sum += row.weight;
    std::size_t at = below(sum);
    for (const Row& row : table) {
      if (at < row.weight) return row;
      at -= row.weight;
    }
    return table.back();
  }
  bool percent(std::size_t chance) { return below(100) < chance; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(next()); }
};

}  // namespace veilwire::oracle

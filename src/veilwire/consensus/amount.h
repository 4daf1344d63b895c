// Money, in units of 10^-8 bitcoin.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

namespace veilwire::consensus {

// From nothing to all the money that there can be. No other amount can be made, so that whoever is
// given one need not look, and the sum of two never overflows.
class Amount {
 public:
  static constexpr std::int64_t kUnitsPerCoin = 100'000'000;
  static constexpr std::int64_t kMaxUnits = 21'000'000 * kUnitsPerCoin;

  constexpr Amount() = default;
  // Nothing where the number is no amount: negative, or more than there is.
  static constexpr std::optional<Amount> of(std::int64_t units) {
    if (units < 0 || units > kMaxUnits) return std::nullopt;
    return Amount(units);
  }
  // A figure that stands in the source.
  static consteval Amount figure(std::int64_t units) { return of(units).value(); }
  static constexpr Amount max() { return Amount(kMaxUnits); }

  constexpr std::int64_t units() const { return units_; }

  friend constexpr auto operator<=>(Amount, Amount) = default;

 private:
  constexpr explicit Amount(std::int64_t units) : units_(units) {}

  std::int64_t units_ = 0;
};

// Nothing where it is more than there is.
constexpr std::optional<Amount> sum(Amount a, Amount b) {
  return Amount::of(a.units() + b.units());
}
// Nothing where more is taken than there was.
constexpr std::optional<Amount> difference(Amount from, Amount taken) {
  return Amount::of(from.units() - taken.units());
}

}  // namespace veilwire::consensus

// A coin of the generated chain that nobody has spent yet.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "veilwire/wire/transaction.h"

namespace veilwire::bench {

enum class CoinKind : std::uint8_t { kP2wpkh, kP2tr, kP2pkh };

inline constexpr std::array<std::string_view, 3> kCoinKindNames = {"p2wpkh", "p2tr", "p2pkh"};

struct Unspent {
  wire::Outpoint place{};
  std::int64_t value = 0;
  std::uint16_t key = 0;  // its number in the key ring
  CoinKind kind = CoinKind::kP2wpkh;
};

}  // namespace veilwire::bench

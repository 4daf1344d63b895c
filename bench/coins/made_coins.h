// Coins by the million, made up: two of each transaction, scripts by thirds P2WPKH, P2TR and P2PKH,
// amounts of any digits.
#pragma once

#include <cstdint>

#include "veilwire/base/endian.h"
#include "veilwire/coins/change_table.h"

namespace veilwire::bench {

inline constexpr std::uint32_t kCoinsOfTransaction = 2;

// SplitMix64.
inline std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58'476d'1ce4'e5b9;
  value = (value ^ (value >> 27)) * 0x94d0'49bb'1331'11eb;
  return value ^ (value >> 31);
}

inline Hash256 txid_of(std::uint64_t transaction) {
  Hash256 id{};
  for (std::uint64_t i = 0; i < 4; ++i) store_le(id.data() + 8 * i, mixed(4 * transaction + i + 1));
  return id;
}

class MadeCoins {
 public:
  MadeCoins() {
    scripts_[0] = {0x00, 0x14};
    scripts_[1] = {0x51, 0x20};
    scripts_[2] = {0x76, 0xa9, 0x14};
    scripts_[0].resize(22, 0x33);
    scripts_[1].resize(34, 0x55);
    scripts_[2].resize(23, 0x11);
    scripts_[2].insert(scripts_[2].end(), {0x88, 0xac});
  }

  void add(coins::ChangeTable& table, std::uint64_t transaction) const {
    coins::NewCoin made[kCoinsOfTransaction];
    for (std::uint32_t i = 0; i < kCoinsOfTransaction; ++i) {
      const std::uint64_t random = mixed(transaction * 7 + i);
      const auto units = static_cast<std::int64_t>(random % 300'000'000);
      made[i] = {i, consensus::Coin(*consensus::Amount::of(units), scripts_[random % 3], 850'000,
                                    consensus::CoinOrigin::kTransaction)};
    }
    table.add(txid_of(transaction), made, coins::Below::kHasNothing);
  }

 private:
  Bytes scripts_[3];
};

}  // namespace veilwire::bench

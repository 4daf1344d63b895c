#include "veilwire/chain/chain_work.h"

#include <algorithm>

#include "veilwire/base/endian.h"

namespace veilwire::chain {

ChainWork::ChainWork(const consensus::Work& work) : ChainWork(work.number()) {}

ChainWork::ChainWork(const Hash256& number)
    : high_(load_le<std::uint64_t>(number.data() + 8)),
      low_(load_le<std::uint64_t>(number.data())) {
  if (std::any_of(number.begin() + 16, number.end(), [](auto byte) { return byte != 0; })) {
    *this = most();
  }
}

Hash256 ChainWork::number() const {
  Hash256 number{};
  store_le(number.data(), low_);
  store_le(number.data() + 8, high_);
  return number;
}

ChainWork& ChainWork::operator+=(const ChainWork& other) {
  const ChainWork before = *this;
  low_ += other.low_;
  high_ += other.high_ + (low_ < before.low_ ? 1 : 0);
  if (*this < before || other.high_ > high_) *this = most();
  return *this;
}

ChainWork operator-(const ChainWork& a, const ChainWork& b) {
  if (a <= b) return {};
  return {a.high_ - b.high_ - (a.low_ < b.low_ ? 1 : 0), a.low_ - b.low_};
}

ChainWork operator*(const ChainWork& a, std::uint32_t times) {
  ChainWork product;
  ChainWork doubled = a;
  for (; times != 0; times >>= 1, doubled += doubled) {
    if ((times & 1) != 0) product += doubled;
  }
  return product;
}

}  // namespace veilwire::chain

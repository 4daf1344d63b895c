#include "veilwire/addr/rolling_filter.h"

#include <algorithm>

namespace veilwire::addr {

RollingFilter::RollingFilter(std::uint32_t elements, const crypto::SipKey& key)
    : key_(key),
      most_in_generation_((elements + 1) / 2),
      bits_(most_in_generation_ * kBitsOfElement) {}

RollingFilter::Hashes RollingFilter::hashes_of(ByteView element) const {
  return {crypto::siphash24(key_, element), crypto::siphash24({~key_.k0, key_.k1}, element) | 1};
}

std::size_t RollingFilter::place(const Hashes& hashes, unsigned index) const {
  const std::uint64_t hash = hashes.first + index * hashes.step;
  return static_cast<std::size_t>((hash >> 32) * bits_ >> 32);
}

bool RollingFilter::has(const Generation& generation, const Hashes& hashes) const {
  if (generation.empty()) return false;
  for (unsigned i = 0; i < kHashes; ++i) {
    const std::size_t at = place(hashes, i);
    if ((generation[at / 64] >> at % 64 & 1) == 0) return false;
  }
  return true;
}

bool RollingFilter::contains(ByteView element) const {
  const Hashes hashes = hashes_of(element);
  return std::ranges::any_of(generations_, [&](const auto& each) { return has(each, hashes); });
}

// What the youngest has already takes no room in it, so that repeating one element pushes out nothing.
void RollingFilter::insert(ByteView element) {
  const Hashes hashes = hashes_of(element);
  if (has(generations_[youngest_], hashes)) return;
  if (in_youngest_ == most_in_generation_) begin_generation();
  Generation& bits = generations_[youngest_];
  bits.resize((bits_ + 63) / 64);
  for (unsigned i = 0; i < kHashes; ++i) {
    const std::size_t at = place(hashes, i);
    bits[at / 64] |= std::uint64_t{1} << at % 64;
  }
  ++in_youngest_;
}

void RollingFilter::begin_generation() {
  youngest_ = (youngest_ + 1) % kGenerations;
  std::ranges::fill(generations_[youngest_], 0);
  in_youngest_ = 0;
}

void RollingFilter::clear() {
  for (Generation& each : generations_) std::ranges::fill(each, 0);
  in_youngest_ = 0;
}

std::size_t RollingFilter::bytes() const {
  std::size_t sum = 0;
  for (const Generation& each : generations_) sum += each.capacity() * sizeof(std::uint64_t);
  return sum;
}

}  // namespace veilwire::addr

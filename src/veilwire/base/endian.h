// Loads and stores of integers in a stated byte order, at any alignment.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>

namespace veilwire {

template <std::unsigned_integral T>
constexpr T to_from_little(T value) {
  if constexpr (std::endian::native == std::endian::big) return std::byteswap(value);
  return value;
}

// REQUIRES: `from` points at sizeof(T) readable bytes.
template <std::unsigned_integral T>
inline T load_le(const std::uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return to_from_little(value);
}

// REQUIRES: `to` points at sizeof(T) writable bytes.
template <std::unsigned_integral T>
inline void store_le(std::uint8_t* to, T value) {
  value = to_from_little(value);
  std::memcpy(to, &value, sizeof value);
}

// The same with the most significant byte first.
template <std::unsigned_integral T>
inline void store_be(std::uint8_t* to, T value) {
  store_le(to, std::byteswap(value));
}

}  // namespace veilwire

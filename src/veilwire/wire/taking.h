// Reading what a parser has checked: no limits, no rules, for use inside ItemRange only.
#pragma once

#include <cstdint>
#include <cstring>

#include "veilwire/base/bytes.h"
#include "veilwire/base/endian.h"
#include "veilwire/base/hash256.h"

namespace veilwire::wire {

template <typename T>
T take_integer(const std::uint8_t*& at) {
  const T value = load_le<T>(at);
  at += sizeof(T);
  return value;
}

inline std::uint64_t take_compact_size(const std::uint8_t*& at) {
  const std::uint8_t first = *at++;
  if (first < 0xfd) [[likely]]
    return first;
  if (first == 0xfd) return take_integer<std::uint16_t>(at);
  if (first == 0xfe) return take_integer<std::uint32_t>(at);
  return take_integer<std::uint64_t>(at);
}

inline ByteView take_bytes(const std::uint8_t*& at, std::size_t size) {
  const ByteView view(at, size);
  at += size;
  return view;
}

inline ByteView take_sized_bytes(const std::uint8_t*& at) {
  const auto size = static_cast<std::size_t>(take_compact_size(at));
  return take_bytes(at, size);
}

inline Hash256 take_hash(const std::uint8_t*& at) {
  Hash256 hash;
  std::memcpy(hash.data(), at, hash.size());
  at += hash.size();
  return hash;
}

}  // namespace veilwire::wire

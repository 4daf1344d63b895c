// Structs that cross the C border and grow from one minor version to the next. Each begins with a
// uint32_t that says how many bytes the caller's header gives it; nothing beyond them is touched.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "veilwire/veilwire.h"

namespace veilwire::capi {

// No struct will be as large: a bigger size is memory that was never set.
inline constexpr std::uint32_t kMaxStructBytes = 4096;

template <class T>
concept SizedStruct = std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T> &&
                      std::is_same_v<decltype(T::struct_size), std::uint32_t>;

// 0 where the size cannot be right.
inline std::size_t struct_bytes(const void* theirs) {
  std::uint32_t size = 0;
  std::memcpy(&size, theirs, sizeof size);
  return size < sizeof size || size > kMaxStructBytes ? 0 : size;
}

// Reads the caller's struct: fields that he does not know are zero, fields that we do not know must
// be.
template <SizedStruct T>
vw_error read_struct(const void* theirs, T& ours) {
  const std::size_t size = struct_bytes(theirs);
  if (size == 0) return VW_ERROR_BAD_STRUCT_SIZE;
  const auto* bytes = static_cast<const unsigned char*>(theirs);
  const bool zero_tail = size <= sizeof(T) || std::all_of(bytes + sizeof(T), bytes + size,
                                                          [](auto b) { return b == 0; });
  if (!zero_tail) return VW_ERROR_UNKNOWN_FIELD;
  std::memset(&ours, 0, sizeof ours);
  std::memcpy(&ours, bytes, std::min(size, sizeof ours));
  return VW_OK;
}

// Writes ours over the caller's struct, except for its size: fields that he does not know are left
// out, fields that we do not know become zero. REQUIRES: struct_bytes(theirs) != 0.
template <SizedStruct T>
void write_struct(const T& ours, void* theirs) {
  constexpr std::size_t kStart = sizeof ours.struct_size;
  const std::size_t size = struct_bytes(theirs);
  auto* bytes = static_cast<unsigned char*>(theirs);
  const std::size_t known = std::min(size, sizeof ours);
  std::memcpy(bytes + kStart, reinterpret_cast<const unsigned char*>(&ours) + kStart,
              known - kStart);
  std::memset(bytes + known, 0, size - known);
}

}  // namespace veilwire::capi

// Contents for messages of tests.
#pragma once

#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/base/hex.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire::testing {

inline Bytes unhex(std::string_view hex) { return from_hex(hex).value(); }

// Bytes that differ from their neighbours.
inline Bytes pattern(std::size_t size, std::size_t seed = 1) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + seed);
  return bytes;
}

inline Hash256 hash_of(std::uint8_t seed) {
  Hash256 hash;
  hash.fill(seed);
  return hash;
}

// What `head` gives, a count in its longest form, and nothing behind it.
inline Bytes with_hostile_count(Bytes head) {
  head.insert(head.end(), 9, 0xff);
  return head;
}

// `count` items of `item_bytes` each, with the count before them.
inline Bytes counted(std::size_t count, std::size_t item_bytes) {
  Bytes bytes;
  Writer writer(bytes);
  writer.compact_size(count);
  writer.bytes(pattern(count * item_bytes));
  return bytes;
}

inline Bytes joined(Bytes first, ByteView second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace veilwire::wire::testing

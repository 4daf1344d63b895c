// Reads the fields of a payload one after the other. Nothing is copied: what is longer than a
// number comes as a view of the payload.
//
// A broken rule is sticky: from then on every read gives zeros or an empty view and takes nothing,
// so that a parser reads straight on and asks ok() once at its end. Every count is held against its
// limit and against the bytes that are left before it is returned, so that a loop over it, and what
// is reserved for it, is bounded by the payload's own size.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "veilwire/base/bytes.h"
#include "veilwire/base/endian.h"
#include "veilwire/base/time.h"
#include "veilwire/wire/rule.h"

namespace veilwire::wire {

class Reader {
 public:
  explicit Reader(ByteView bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return !rule_; }
  std::optional<PayloadRule> rule() const { return rule_; }
  // The first broken rule stays; nothing is left to read.
  void fail(PayloadRule rule) {
    if (!rule_) rule_ = rule;
    at_ = end_;
  }

  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  // Where the next read begins. With an earlier position it tells what a field spans.
  const std::uint8_t* position() const { return at_; }

  std::uint8_t u8() { return integer<std::uint8_t>(); }
  std::uint16_t u16() { return integer<std::uint16_t>(); }
  std::uint32_t u32() { return integer<std::uint32_t>(); }
  std::uint64_t u64() { return integer<std::uint64_t>(); }
  std::int32_t i32() { return static_cast<std::int32_t>(u32()); }
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  UnixTime unix_time32() { return from_unix_seconds(u32()); }
  std::uint16_t u16_big_endian() {
    const std::uint16_t value = u16();
    return static_cast<std::uint16_t>(value >> 8 | value << 8);
  }

  // The next `size` bytes, or an empty view where there are fewer.
  ByteView bytes(std::size_t size) {
    if (left() < size) {
      fail(PayloadRule::kTruncated);
      return {};
    }
    const ByteView view(at_, size);
    at_ += size;
    return view;
  }
  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> out{};
    if (const ByteView view = bytes(N); view.size() == N) std::memcpy(out.data(), view.data(), N);
    return out;
  }
  ByteView rest() { return bytes(left()); }

  // A number in the protocol's variable length, in its shortest form only; any value.
  std::uint64_t compact_size() {
    if (left() > 0 && *at_ < 0xfd) [[likely]]
      return *at_++;
    return long_compact_size();
  }
  // How many items follow. Each takes at least `item_bytes` (>= 1), so that more than left() allows
  // are kTruncated; more than `at_most` are kTooMany, whichever way they were encoded.
  std::size_t count(std::size_t at_most, std::size_t item_bytes) {
    const std::uint64_t count = compact_size();
    if (count > at_most)
      fail(PayloadRule::kTooMany);
    else if (count > left() / item_bytes)
      fail(PayloadRule::kTruncated);
    return ok() ? static_cast<std::size_t>(count) : 0;
  }
  // A string with its length before it, of at most `at_most` bytes.
  ByteView sized_bytes(std::size_t at_most) {
    const std::uint64_t size = compact_size();
    if (size > at_most) {
      fail(PayloadRule::kTooLong);
      return {};
    }
    return bytes(static_cast<std::size_t>(size));
  }

 private:
  template <typename T>
  T integer() {
    if (left() < sizeof(T)) {
      fail(PayloadRule::kTruncated);
      return 0;
    }
    const T value = load_le<T>(at_);
    at_ += sizeof(T);
    return value;
  }
  std::uint64_t long_compact_size();

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::optional<PayloadRule> rule_;
};

}  // namespace veilwire::wire

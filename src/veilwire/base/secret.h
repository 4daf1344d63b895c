// Memory that holds secrets: it wipes itself, and comparing it takes the same time whatever it
// holds.
#pragma once

#include <array>
#include <cstring>

#include "veilwire/base/bytes.h"

namespace veilwire {

// Overwrites `size` bytes with zeros; the compiler may not leave it out.
// Always inlined: a file that is compiled for one instruction set must not lend it to others.
[[gnu::always_inline]] inline void wipe(void* memory, std::size_t size) {
  if (size == 0) return;
  std::memset(memory, 0, size);
  __asm__ __volatile__("" : : "r"(memory) : "memory");
}

inline void wipe(ByteSpan memory) { wipe(memory.data(), memory.size()); }

// Constant time in the contents, not in the size. REQUIRES: both have `size` bytes.
// The result is itself derived from what was compared; see secret_marks.h.
[[nodiscard]] bool equal_constant_time(const std::uint8_t* a, const std::uint8_t* b,
                                       std::size_t size);

// N bytes that are wiped when they go. Moving wipes the source. Copies are made by name only, so
// that each stands out in the text.
template <std::size_t N>
class Secret {
 public:
  Secret() : bytes_{} {}
  explicit Secret(std::span<const std::uint8_t, N> from) {
    std::memcpy(bytes_.data(), from.data(), N);
  }
  ~Secret() { wipe(bytes_.data(), N); }

  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.clear(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.clear();
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  [[nodiscard]] Secret copy() const { return Secret(std::span<const std::uint8_t, N>(bytes_)); }
  void clear() { wipe(bytes_.data(), N); }

  static constexpr std::size_t size() { return N; }
  std::uint8_t* data() { return bytes_.data(); }
  const std::uint8_t* data() const { return bytes_.data(); }
  std::span<std::uint8_t, N> span() { return bytes_; }
  std::span<const std::uint8_t, N> span() const { return bytes_; }

 private:
  std::array<std::uint8_t, N> bytes_;
};

}  // namespace veilwire

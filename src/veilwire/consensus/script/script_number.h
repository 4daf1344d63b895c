// Numbers of scripts: the least significant byte first, the sign in the highest bit of the last.
//
// What a script reads has at most four bytes (five for lock times); what it computes may overflow
// into a fifth, and is then only bytes to the opcodes that follow.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "veilwire/base/bytes.h"
#include "veilwire/consensus/script/item.h"

namespace veilwire::consensus {

// Whether a number with superfluous zeros at its end is one. That it must be minimal is policy.
enum class NumberForm : std::uint8_t { kAny, kMinimal };

class ScriptNumber {
 public:
  static constexpr std::size_t kMaxOperandBytes = 4;
  static constexpr std::size_t kMaxLockTimeBytes = 5;

  constexpr explicit ScriptNumber(std::int64_t value) : value_(value) {}
  // REQUIRES: `max_bytes` <= 8.
  static std::optional<ScriptNumber> read(ByteView bytes, NumberForm form,
                                          std::size_t max_bytes = kMaxOperandBytes);

  constexpr std::int64_t value() const { return value_; }
  // In its shortest form: 0 is the empty item. REQUIRES: fewer than 8 bytes are needed.
  Item item() const;

  friend constexpr auto operator<=>(ScriptNumber, ScriptNumber) = default;

 private:
  std::int64_t value_;
};

}  // namespace veilwire::consensus

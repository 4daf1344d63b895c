// Which autonomous system (AS) an address belongs to: whoever runs many /16s in one AS pays for it
// once, so that a book grouped by AS costs an eclipse attacker more than one grouped by prefixes.
//
// A map is a program in bits, the lowest bit of each byte first, that reads an address from its first
// bit on:
//
//   RETURN as          the answer
//   JUMP distance      takes one bit of the address; where it is 1, goes on `distance` bits further
//   MATCH pattern      takes as many bits as the pattern has; where they differ, the default is the
//                      answer
//   DEFAULT as         the default from here on
//
// An address is the 128 bits of IPv6; IPv4 lies in ::ffff:0:0/96. AS 0 is no AS.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/wire/net_address.h"

namespace veilwire::addr {

// Ours. A map of the whole internet has 1.3 to 2 MB; bounds what a file can make us hold, and check.
inline constexpr std::size_t kMaxAsmapBytes = 8 * 1024 * 1024;

// What is wrong with a map. A map that breaks none of them gives an answer for every address, after
// at most one pass over its bits.
enum class AsmapRule : std::uint8_t {
  kTooLarge,           // over kMaxAsmapBytes
  kCutShort,           // it ends inside an instruction, or before its last RETURN
  kJumpPastEnd,        // or to it
  kTooManyBits,        // more bits of the address are taken than there are
  kJumpsOverlap,       // a jump goes further than the one that it lies within
  kInsideInstruction,  // a jump goes into the middle of an instruction
  kUnreachable,        // a RETURN is followed by what no jump goes to
  kNeedlessDefault,    // a DEFAULT is followed by a RETURN or another DEFAULT
  kNeedlessMatch,      // two MATCHes in a row have fewer than 8 bits each
  kPadding,            // 8 bits or more follow the last RETURN, or one that is not 0
};
// A stable name for logs and tests: "jump_past_end".
std::string_view rule_name(AsmapRule rule);
// One sentence's end: "a jump goes past its end".
std::string_view rule_text(AsmapRule rule);

class Asmap {
 public:
  // Checks the whole program; takes time in proportion to its size.
  static std::expected<Asmap, AsmapRule> parse(ByteView file);

  // Nothing where the map knows none, and for what is not IPv4 or IPv6. An IPv6 address that holds
  // an IPv4 one (NetAddress::linked_ipv4) has that one's.
  std::optional<std::uint32_t> as_of(const wire::NetAddress& address) const;

  // Tells maps apart: SHA-256 of the file.
  const Hash256& hash() const { return hash_; }

 private:
  Asmap(ByteView file);

  Bytes bits_;  // with bytes of zero after them, so that a number is read in one piece
  std::size_t end_;
  Hash256 hash_;
};

}  // namespace veilwire::addr

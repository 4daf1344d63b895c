// The 80 bytes that head a block and whose hash names it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "veilwire/base/hash256.h"
#include "veilwire/base/time.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

struct BlockHeader {
  static constexpr std::size_t kBytes = 80;

  std::int32_t version = 0;
  Hash256 previous{};
  Hash256 merkle_root{};
  UnixTime time{};         // within 32 bits
  std::uint32_t bits = 0;  // the target, in its compact form
  std::uint32_t nonce = 0;

  static BlockHeader read(Reader& reader);
  void write(Writer& writer) const;
  std::array<std::uint8_t, kBytes> bytes() const;

  // SHA256(SHA256(the 80 bytes)).
  Hash256 hash() const;

  friend bool operator==(const BlockHeader&, const BlockHeader&) = default;
};

// The target that a header claims in its compact form, as a number. Nothing where it is negative,
// zero or over 256 bits: that one is met by no hash.
std::optional<Hash256> target_from_bits(std::uint32_t bits);

// Whether the hash, as a number, is at most the target; both least significant byte first.
bool meets_target(const Hash256& hash, const Hash256& target);

// Whether the header's hash is at most the target that the header itself claims. Whether the target is the one
// that the chain demands is another question.
bool meets_own_target(const BlockHeader& header);

}  // namespace veilwire::wire

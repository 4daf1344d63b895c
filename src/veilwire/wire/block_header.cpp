#include "veilwire/wire/block_header.h"

#include <algorithm>

#include "veilwire/crypto/sha256.h"

namespace veilwire::wire {

// The compact form is a mantissa of 23 bits under a sign, and above them the number of bytes that
// the whole number has.
std::optional<Hash256> target_from_bits(std::uint32_t bits) {
  constexpr std::uint32_t kSign = 0x0080'0000;
  const std::uint32_t size = bits >> 24;
  std::uint32_t mantissa = bits & 0x007f'ffff;
  if (size < 3) mantissa >>= 8 * (3 - size);
  if (mantissa == 0 || (bits & kSign) != 0) return std::nullopt;

  Hash256 target{};
  std::size_t at = size < 3 ? 0 : size - 3;
  for (; mantissa != 0; mantissa >>= 8, ++at) {
    if (at >= target.size()) return std::nullopt;
    target[at] = static_cast<std::uint8_t>(mantissa);
  }
  return target;
}

bool meets_target(const Hash256& hash, const Hash256& target) {
  return !std::lexicographical_compare(target.rbegin(), target.rend(), hash.rbegin(), hash.rend());
}

BlockHeader BlockHeader::read(Reader& reader) {
  BlockHeader header;
  header.version = reader.i32();
  header.previous = reader.array<32>();
  header.merkle_root = reader.array<32>();
  header.time = reader.unix_time32();
  header.bits = reader.u32();
  header.nonce = reader.u32();
  return header;
}

void BlockHeader::write(Writer& writer) const {
  writer.i32(version);
  writer.bytes(previous);
  writer.bytes(merkle_root);
  writer.unix_time32(time);
  writer.u32(bits);
  writer.u32(nonce);
}

std::array<std::uint8_t, BlockHeader::kBytes> BlockHeader::bytes() const {
  std::array<std::uint8_t, kBytes> bytes;
  store_le(bytes.data(), static_cast<std::uint32_t>(version));
  std::ranges::copy(previous, bytes.data() + 4);
  std::ranges::copy(merkle_root, bytes.data() + 36);
  store_le(bytes.data() + 68, static_cast<std::uint32_t>(to_unix_seconds(time)));
  store_le(bytes.data() + 72, bits);
  store_le(bytes.data() + 76, nonce);
  return bytes;
}

Hash256 BlockHeader::hash() const { return crypto::sha256d(bytes()); }

bool meets_own_target(const BlockHeader& header) {
  const std::optional<Hash256> target = target_from_bits(header.bits);
  return target && meets_target(header.hash(), *target);
}

}  // namespace veilwire::wire

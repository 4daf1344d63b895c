#include "veilwire/addr/placement.h"

#include <algorithm>
#include <array>

#include "veilwire/base/endian.h"

namespace veilwire::addr {

std::uint64_t Placement::hash_of(const wire::NetEndpoint& endpoint) const {
  constexpr std::size_t kBeforeAddress = 4;
  std::array<std::uint8_t, kBeforeAddress + 32> bytes{
      static_cast<std::uint8_t>(Purpose::kEndpoint),
      static_cast<std::uint8_t>(endpoint.address.network()),
      static_cast<std::uint8_t>(endpoint.port),
      static_cast<std::uint8_t>(endpoint.port >> 8),
  };
  const ByteView address = endpoint.address.bytes();
  std::ranges::copy(address, bytes.begin() + kBeforeAddress);
  return crypto::siphash24(key_, ByteView(bytes).first(kBeforeAddress + address.size()));
}

std::uint32_t Placement::below(std::uint32_t bound, Purpose purpose, std::uint64_t a,
                               std::uint64_t b) const {
  std::array<std::uint8_t, 17> bytes;
  store_le(bytes.data(), a);
  store_le(bytes.data() + 8, b);
  bytes[16] = static_cast<std::uint8_t>(purpose);
  return static_cast<std::uint32_t>((crypto::siphash24(key_, bytes) >> 32) * bound >> 32);
}

Slot Placement::tried_slot(std::uint64_t hash, AddressGroup group) const {
  const std::uint32_t choice =
      below(figures_.tried_buckets_per_group, Purpose::kTriedChoice, hash, 0);
  const std::uint32_t bucket =
      below(figures_.tried_buckets, Purpose::kTriedBucket, group.value(), choice);
  return Slot::of(bucket, below(kBucketPlaces, Purpose::kTriedPlace, hash, bucket));
}

Slot Placement::new_slot(std::uint64_t hash, AddressGroup group, AddressGroup source_group) const {
  const std::uint32_t choice = below(figures_.new_buckets_per_source_group, Purpose::kNewChoice,
                                     group.value(), source_group.value());
  const std::uint32_t bucket =
      below(figures_.new_buckets, Purpose::kNewBucket, source_group.value(), choice);
  return new_slot_in(bucket, hash);
}

Slot Placement::new_slot_in(std::uint32_t bucket, std::uint64_t hash) const {
  return Slot::of(bucket, below(kBucketPlaces, Purpose::kNewPlace, hash, bucket));
}

}  // namespace veilwire::addr

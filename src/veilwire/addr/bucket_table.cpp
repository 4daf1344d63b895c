#include "veilwire/addr/bucket_table.h"

#include <algorithm>
#include <bit>

namespace veilwire::addr {
namespace {

// How often a bucket is drawn before those in use are counted: at an eighth in use, one draw in
// seventy misses them all.
constexpr int kDraws = 32;

// REQUIRES: at least one.
std::uint32_t pick_place(std::uint64_t places, crypto::Dice& dice) {
  auto skipped = dice.below(static_cast<std::uint32_t>(std::popcount(places)));
  for (; skipped > 0; --skipped) places &= places - 1;
  return static_cast<std::uint32_t>(std::countr_zero(places));
}

}  // namespace

BucketTable::BucketTable(std::uint32_t buckets) : buckets_(buckets) {}

void BucketTable::put(Slot slot, EntryNumber number, wire::NetworkId network) {
  std::unique_ptr<Bucket>& bucket = buckets_[slot.bucket()];
  if (!bucket) {
    bucket = std::make_unique<Bucket>();
    ++made_;
  }
  bucket->numbers[slot.place()] = number;
  bucket->in_use[network_place(network)] |= Places{1} << slot.place();
  ++counts_[network_place(network)];
}

void BucketTable::clear(Slot slot, wire::NetworkId network) {
  Bucket& bucket = *buckets_[slot.bucket()];
  bucket.numbers[slot.place()] = kEmpty;
  bucket.in_use[network_place(network)] &= ~(Places{1} << slot.place());
  --counts_[network_place(network)];
}

bool BucketTable::has_any(NetworkSet networks) const {
  return std::ranges::any_of(kNetworks, [&](wire::NetworkId network) {
    return networks.contains(network) && count(network) > 0;
  });
}

BucketTable::Places BucketTable::places_of(std::uint32_t bucket, NetworkSet networks) const {
  Places places = 0;
  if (!buckets_[bucket]) return places;
  for (const wire::NetworkId network : kNetworks) {
    if (networks.contains(network)) places |= buckets_[bucket]->in_use[network_place(network)];
  }
  return places;
}

std::optional<EntryNumber> BucketTable::pick(NetworkSet networks, crypto::Dice& dice) const {
  if (!has_any(networks)) return std::nullopt;
  const std::uint32_t bucket = pick_bucket(networks, dice);
  return at(Slot::of(bucket, pick_place(places_of(bucket, networks), dice)));
}

// Drawing again until one is in use leaves those in use equally likely, and so does counting them
// after some draws. REQUIRES: one is.
std::uint32_t BucketTable::pick_bucket(NetworkSet networks, crypto::Dice& dice) const {
  for (int i = 0; i < kDraws; ++i) {
    const std::uint32_t bucket = dice.below(bucket_count());
    if (places_of(bucket, networks) != 0) return bucket;
  }
  std::vector<std::uint32_t> with_any;
  for (std::uint32_t bucket = 0; bucket < bucket_count(); ++bucket) {
    if (places_of(bucket, networks) != 0) with_any.push_back(bucket);
  }
  return with_any[dice.below(static_cast<std::uint32_t>(with_any.size()))];
}

std::size_t BucketTable::bytes() const {
  return made_ * sizeof(Bucket) + buckets_.capacity() * sizeof(buckets_[0]);
}

}  // namespace veilwire::addr

// One of the book's tables: buckets of 64 places, each empty or with the number of an entry.
//
// For each network a bucket has one bit for each of its places, so that a random entry of some
// networks is found without a look at entries, however few there are. A bucket takes memory, 296 bytes,
// from its first entry on: a simulator has thousands of books, and most of their buckets stay empty.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "veilwire/addr/entry_store.h"
#include "veilwire/addr/network_set.h"
#include "veilwire/addr/placement.h"
#include "veilwire/crypto/dice.h"

namespace veilwire::addr {

class BucketTable {
 public:
  explicit BucketTable(std::uint32_t buckets);

  std::optional<EntryNumber> at(Slot slot) const {
    const Bucket* const bucket = buckets_[slot.bucket()].get();
    if (bucket == nullptr || bucket->numbers[slot.place()] == kEmpty) return std::nullopt;
    return bucket->numbers[slot.place()];
  }
  // REQUIRES: the slot is empty, and the network is that of the entry.
  void put(Slot slot, EntryNumber number, wire::NetworkId network);
  // REQUIRES: what was put there was of this network.
  void clear(Slot slot, wire::NetworkId network);

  // Places in use by addresses of a network.
  std::uint32_t count(wire::NetworkId network) const { return counts_[network_place(network)]; }
  bool has_any(NetworkSet networks) const;

  // Each bucket that has one of the networks is equally likely, and then each place of it: an
  // attacker's share is that of the buckets that he can fill. Nothing where there is none.
  std::optional<EntryNumber> pick(NetworkSet networks, crypto::Dice& dice) const;

  std::size_t bytes() const;

 private:
  static constexpr EntryNumber kEmpty = ~EntryNumber{0};

  using Places = std::uint64_t;  // of a bucket, the first lowest
  using PlacesOfNetworks = std::array<Places, kNetworks.size()>;

  struct Bucket {
    Bucket() { numbers.fill(kEmpty); }
    std::array<EntryNumber, kBucketPlaces> numbers;
    PlacesOfNetworks in_use{};
  };

  std::uint32_t bucket_count() const { return static_cast<std::uint32_t>(buckets_.size()); }
  Places places_of(std::uint32_t bucket, NetworkSet networks) const;
  std::uint32_t pick_bucket(NetworkSet networks, crypto::Dice& dice) const;

  std::vector<std::unique_ptr<Bucket>> buckets_;  // empty until the first entry
  std::size_t made_ = 0;                          // buckets
  std::array<std::uint32_t, kNetworks.size()> counts_{};
};

}  // namespace veilwire::addr

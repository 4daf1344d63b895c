// Where an address may lie: bucket and place follow from a key that nobody outside knows, so that an
// attacker can neither aim at somebody's place nor choose addresses that do not push out each other.
//
// SipHash, since what is needed is that nobody who lacks the key can tell or choose a place; Core takes
// SHA-256 twice for the same, which costs several times as much.
//
// Few buckets for each group bound what one operator can fill; the groups, not the addresses, are
// what costs an attacker.
#pragma once

#include <cstdint>

#include "veilwire/addr/book_figures.h"
#include "veilwire/addr/groups.h"
#include "veilwire/crypto/siphash.h"
#include "veilwire/wire/net_endpoint.h"

namespace veilwire::addr {

// A place of a bucket of one table.
struct Slot {
  std::uint16_t number = 0;

  // REQUIRES: bucket < 1024, place < kBucketPlaces.
  static constexpr Slot of(std::uint32_t bucket, std::uint32_t place) {
    return {static_cast<std::uint16_t>(bucket * kBucketPlaces + place)};
  }
  constexpr std::uint32_t bucket() const { return number / kBucketPlaces; }
  constexpr std::uint32_t place() const { return number % kBucketPlaces; }

  friend constexpr auto operator<=>(Slot, Slot) = default;
};

class Placement {
 public:
  Placement(const crypto::SipKey& key, const BookFigures& figures) : key_(key), figures_(figures) {}

  const crypto::SipKey& key() const { return key_; }
  const BookFigures& figures() const { return figures_; }

  // Stands for the endpoint below and in the book's index.
  std::uint64_t hash_of(const wire::NetEndpoint& endpoint) const;

  Slot tried_slot(std::uint64_t hash, AddressGroup group) const;
  Slot new_slot(std::uint64_t hash, AddressGroup group, AddressGroup source_group) const;
  // In a given bucket of the new table.
  Slot new_slot_in(std::uint32_t bucket, std::uint64_t hash) const;

 private:
  // What a hash is for, so that two purposes never share one.
  enum class Purpose : std::uint8_t {
    kEndpoint,
    kTriedChoice,
    kTriedBucket,
    kTriedPlace,
    kNewChoice,
    kNewBucket,
    kNewPlace,
  };

  // In [0, bound).
  std::uint32_t below(std::uint32_t bound, Purpose purpose, std::uint64_t a, std::uint64_t b) const;

  crypto::SipKey key_;
  BookFigures figures_;
};

}  // namespace veilwire::addr

// From an endpoint's hash to the number of its entry. Open addressing with half of each hash in the
// slot, which spares nearly every look at an entry that is not the one; what is removed leaves no
// gravestone. Nobody outside knows the hashes' key, so nobody can choose endpoints that fall
// together. Never walked: its order depends on the key.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "veilwire/addr/bucket_table.h"

namespace veilwire::addr {

class EndpointIndex {
 public:
  EndpointIndex();

  // `is_at(number)` says whether the entry is the one that is looked for.
  template <typename IsAt>
  std::optional<EntryNumber> find(std::uint64_t hash, IsAt is_at) const {
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = home_of(tag); places_[at].number != kEmpty; at = after(at)) {
      if (places_[at].tag == tag && is_at(places_[at].number)) return places_[at].number;
    }
    return std::nullopt;
  }

  // REQUIRES: the entry is not in it yet.
  void insert(std::uint64_t hash, EntryNumber number);
  // REQUIRES: the entry is in it, under this hash.
  void remove(std::uint64_t hash, EntryNumber number);

  std::size_t bytes() const { return places_.capacity() * sizeof(Place); }

 private:
  static constexpr EntryNumber kEmpty = ~EntryNumber{0};

  struct Place {
    EntryNumber number = kEmpty;
    std::uint32_t tag = 0;
  };

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  std::size_t home_of(std::uint32_t tag) const { return tag >> (32 - bits_); }
  std::size_t after(std::size_t at) const { return (at + 1) & (places_.size() - 1); }
  void place(const Place& place);
  void grow();

  std::uint32_t bits_;  // there are 2^bits_ places
  std::size_t used_ = 0;
  std::vector<Place> places_;
};

}  // namespace veilwire::addr

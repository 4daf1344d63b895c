#include "veilwire/addr/endpoint_index.h"

#include <utility>

namespace veilwire::addr {
namespace {

constexpr std::uint32_t kFirstBits = 6;

}  // namespace

EndpointIndex::EndpointIndex() : bits_(kFirstBits), places_(std::size_t{1} << kFirstBits) {}

void EndpointIndex::insert(std::uint64_t hash, EntryNumber number) {
  if (4 * (used_ + 1) > 3 * places_.size()) grow();
  place({number, tag_of(hash)});
  ++used_;
}

// Whoever comes after the gap in the same run, and would be found from the gap or before it, moves
// into it and leaves the next gap.
void EndpointIndex::remove(std::uint64_t hash, EntryNumber number) {
  std::size_t gap = home_of(tag_of(hash));
  while (places_[gap].number != number) gap = after(gap);
  const std::size_t mask = places_.size() - 1;
  for (std::size_t at = after(gap); places_[at].number != kEmpty; at = after(at)) {
    const std::size_t from_home = (at - home_of(places_[at].tag)) & mask;
    if (from_home < ((at - gap) & mask)) continue;
    places_[gap] = places_[at];
    gap = at;
  }
  places_[gap] = {};
  --used_;
}

void EndpointIndex::place(const Place& place) {
  std::size_t at = home_of(place.tag);
  while (places_[at].number != kEmpty) at = after(at);
  places_[at] = place;
}

// A tag's upper bits are its home at any size, so no entry is looked at.
void EndpointIndex::grow() {
  const std::vector<Place> before = std::exchange(places_, {});
  ++bits_;
  places_ = std::vector<Place>(std::size_t{1} << bits_);
  for (const Place& each : before) {
    if (each.number != kEmpty) place(each);
  }
}

}  // namespace veilwire::addr

#include "veilwire/coins/record_arena.h"

#include <new>

#include "veilwire/base/endian.h"

namespace veilwire::coins {

RecordArena::Place RecordArena::allocate(std::size_t bytes) {
  const std::size_t its_class = size_class(bytes);
  const Place place = free_[its_class];
  if (place == kNone) return next_fresh(class_units(its_class));
  free_[its_class] = load_le<Place>(at(place));
  return place;
}

void RecordArena::release(Place place, std::size_t bytes) {
  const std::size_t its_class = size_class(bytes);
  store_le(at(place), free_[its_class]);
  free_[its_class] = place;
}

RecordArena::Place RecordArena::next_fresh(std::size_t units) {
  if (chunks_.empty() || used_units_ + units > kChunkUnits) {
    // The last chunk is left out, so that no place is kNone.
    if ((chunks_.size() + 1) * kChunkBytes >= kMaxBytes) throw std::bad_alloc();
    chunks_.push_back(std::make_unique_for_overwrite<std::uint8_t[]>(kChunkBytes));
    used_units_ = 0;
  }
  const auto place = static_cast<Place>((chunks_.size() - 1) * kChunkUnits + used_units_);
  used_units_ += units;
  return place;
}

std::size_t RecordArena::bytes() const {
  return chunks_.size() * kChunkBytes + chunks_.capacity() * sizeof chunks_[0];
}

}  // namespace veilwire::coins

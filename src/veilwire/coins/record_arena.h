// Memory for many small records of different sizes, addressed by 32 bits.
//
// Chunks of 256 KiB that never move; within them units of four bytes. A record that is given back is
// used again for the next one of its size: sizes of records are few, and where they are not, whoever
// counts bytes() sees it. Nothing is given back to the system before the arena is gone.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "veilwire/base/bytes.h"

namespace veilwire::coins {

class RecordArena {
 public:
  using Place = std::uint32_t;

  static constexpr std::size_t kMaxRecordBytes = std::size_t{128} * 1024;
  // What 32 bits can address; std::bad_alloc beyond.
  static constexpr std::size_t kMaxBytes = (std::size_t{1} << 32) * 4;

  // Of `bytes` bytes with any contents. REQUIRES: 1 <= bytes <= kMaxRecordBytes.
  Place allocate(std::size_t bytes);
  // REQUIRES: allocated with as many bytes.
  void release(Place place, std::size_t bytes);
  // Whether a record of the one size fits where one of the other is.
  static bool is_same_size(std::size_t bytes, std::size_t other) {
    return size_class(bytes) == size_class(other);
  }

  std::uint8_t* at(Place place) { return chunks_[place / kChunkUnits].get() + offset_of(place); }
  const std::uint8_t* at(Place place) const {
    return chunks_[place / kChunkUnits].get() + offset_of(place);
  }
  // To where the record's chunk ends.
  ByteView from(Place place) const { return {at(place), kChunkBytes - offset_of(place)}; }

  // Everything that it has taken from the system.
  std::size_t bytes() const;

 private:
  static constexpr std::size_t kUnitBytes = 4;
  static constexpr std::size_t kChunkUnits = std::size_t{1} << 16;
  static constexpr std::size_t kChunkBytes = kChunkUnits * kUnitBytes;
  // A class for each number of units up to this, and beyond for each multiple of kCoarseUnits.
  static constexpr std::size_t kFineClasses = 512;
  static constexpr std::size_t kCoarseUnits = 64;
  static constexpr std::size_t kClasses =
      kFineClasses + (kMaxRecordBytes / kUnitBytes - kFineClasses) / kCoarseUnits + 1;
  static constexpr Place kNone = UINT32_MAX;

  static constexpr std::size_t offset_of(Place place) { return place % kChunkUnits * kUnitBytes; }
  static constexpr std::size_t size_class(std::size_t bytes) {
    const std::size_t units = (bytes + kUnitBytes - 1) / kUnitBytes;
    return units <= kFineClasses
               ? units
               : kFineClasses + (units - kFineClasses + kCoarseUnits - 1) / kCoarseUnits;
  }
  static constexpr std::size_t class_units(std::size_t size_class) {
    return size_class <= kFineClasses ? size_class
                                      : kFineClasses + (size_class - kFineClasses) * kCoarseUnits;
  }
  static constexpr std::array<Place, kClasses> no_free_records() {
    std::array<Place, kClasses> none{};
    none.fill(kNone);
    return none;
  }

  Place next_fresh(std::size_t units);

  std::vector<std::unique_ptr<std::uint8_t[]>> chunks_;
  std::size_t used_units_ = 0;  // of the last chunk
  // By class, the first record that was given back; it has the next one's place in it.
  std::array<Place, kClasses> free_ = no_free_records();
};

}  // namespace veilwire::coins

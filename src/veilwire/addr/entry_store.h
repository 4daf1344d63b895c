// The book's entries, in pieces of 8 KiB: growing moves none of them and takes no more than is needed. A
// number stays that of its entry until the entry is freed; then it is given to another.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "veilwire/addr/entry.h"

namespace veilwire::addr {

using EntryNumber = std::uint32_t;

class EntryStore {
 public:
  // REQUIRES: allocated before, freed or not.
  Entry& operator[](EntryNumber number) { return (*pieces_[number / kPiece])[number % kPiece]; }
  const Entry& operator[](EntryNumber number) const {
    return (*pieces_[number / kPiece])[number % kPiece];
  }

  // The least number that was never allocated.
  EntryNumber end() const { return end_; }
  // Allocated and not freed.
  std::size_t size() const { return end_ - free_.size(); }

  EntryNumber allocate(const Entry& entry) {
    EntryNumber number = end_;
    if (free_.empty()) {
      if (end_ % kPiece == 0) pieces_.push_back(std::make_unique<Piece>());
      ++end_;
    } else {
      number = free_.back();
      free_.pop_back();
    }
    (*this)[number] = entry;
    return number;
  }
  void free(EntryNumber number) {
    (*this)[number] = Entry();
    free_.push_back(number);
  }

  std::size_t bytes() const {
    return pieces_.size() * sizeof(Piece) + pieces_.capacity() * sizeof(pieces_[0]) +
           free_.capacity() * sizeof(EntryNumber);
  }

 private:
  static constexpr EntryNumber kPiece = 64;
  using Piece = std::array<Entry, kPiece>;

  std::vector<std::unique_ptr<Piece>> pieces_;
  std::vector<EntryNumber> free_;
  EntryNumber end_ = 0;
};

}  // namespace veilwire::addr

// Items of one size, one behind the other in the payload: nothing is copied, and an item is decoded
// each time it is looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

// How an item lies in its bytes. T has kBytes, read(Reader&), which breaks no rule on so many
// bytes, and write(Writer&).
template <typename T>
struct Packing {
  static constexpr std::size_t kBytes = T::kBytes;
  static T read(Reader& reader) { return T::read(reader); }
  static void write(Writer& writer, const T& item) { item.write(writer); }
};

template <>
struct Packing<Hash256> {
  static constexpr std::size_t kBytes = sizeof(Hash256);
  static Hash256 read(Reader& reader) { return reader.array<sizeof(Hash256)>(); }
  static void write(Writer& writer, const Hash256& hash) { writer.bytes(hash); }
};

// Points into the payload, or into what pack() gave.
template <typename T>
class PackedList {
 public:
  static constexpr std::size_t kItemBytes = Packing<T>::kBytes;

  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;

    Iterator() = default;
    explicit Iterator(const std::uint8_t* at) : at_(at) {}

    T operator*() const { return decode(at_); }
    Iterator& operator++() {
      at_ += kItemBytes;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const std::uint8_t* at_ = nullptr;
  };

  PackedList() = default;
  // REQUIRES: whole items.
  explicit PackedList(ByteView bytes) : bytes_(bytes) {}

  // With its count before it.
  static PackedList read(Reader& reader, std::size_t at_most) {
    const std::size_t count = reader.count(at_most, kItemBytes);
    return PackedList(reader.bytes(count * kItemBytes));
  }
  void write(Writer& writer) const {
    writer.compact_size(size());
    writer.bytes(bytes_);
  }

  std::size_t size() const { return bytes_.size() / kItemBytes; }
  bool empty() const { return bytes_.empty(); }
  // REQUIRES: index < size().
  T operator[](std::size_t index) const { return decode(bytes_.data() + index * kItemBytes); }
  Iterator begin() const { return Iterator(bytes_.data()); }
  Iterator end() const { return Iterator(bytes_.data() + bytes_.size()); }
  // All items, without the count.
  ByteView bytes() const { return bytes_; }

 private:
  static T decode(const std::uint8_t* at) {
    Reader reader({at, kItemBytes});
    return Packing<T>::read(reader);
  }

  ByteView bytes_;
};

// The bytes for a list of our own: PackedList<T>(packed), for as long as `packed` lives.
template <typename T>
Bytes pack(std::span<const T> items) {
  Bytes packed;
  packed.reserve(items.size() * PackedList<T>::kItemBytes);
  Writer writer(packed);
  for (const T& item : items) Packing<T>::write(writer, item);
  return packed;
}

}  // namespace veilwire::wire

// A growable run of bytes for what arrives from a peer: growth is by realloc, so that a block of
// 4 MB that comes in small pieces is not copied at every step, new bytes are not zeroed, and a
// reservation is exactly what was asked for.
#pragma once

#include "veilwire/base/bytes.h"

namespace veilwire {

class ByteBuffer {
 public:
  ByteBuffer() = default;
  ~ByteBuffer();
  ByteBuffer(ByteBuffer&& other) noexcept;
  ByteBuffer& operator=(ByteBuffer&& other) noexcept;
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::size_t capacity() const { return capacity_; }
  std::uint8_t* data() { return data_; }
  const std::uint8_t* data() const { return data_; }
  ByteSpan span() { return {data_, size_}; }
  ByteView view() const { return {data_, size_}; }

  // Makes the capacity at least `capacity` and, where it grows, exactly that. Pointers into the
  // buffer die. Throws std::bad_alloc where memory is exhausted.
  void reserve(std::size_t capacity);

  // Adds `count` bytes of unspecified value and returns the first. Grows by at least half where it
  // must grow.
  std::uint8_t* extend(std::size_t count);
  void append(ByteView bytes);

  // Forgets bytes at the end, or all; the memory stays. REQUIRES: size <= size().
  void truncate(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }
  // Forgets `count` bytes at the front; the rest moves down. REQUIRES: count <= size().
  void drop_front(std::size_t count);

  // Gives the memory back.
  void release();
  // Overwrites the whole capacity, then releases. Where the buffer has grown, realloc may have left
  // copies of earlier contents behind: it is not for keys.
  void wipe_and_release();

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace veilwire

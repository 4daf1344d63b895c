#include "veilwire/base/byte_buffer.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "veilwire/base/secret.h"

namespace veilwire {

ByteBuffer::~ByteBuffer() { release(); }

ByteBuffer::ByteBuffer(ByteBuffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

ByteBuffer& ByteBuffer::operator=(ByteBuffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

void ByteBuffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  void* grown = std::realloc(data_, capacity);
  if (grown == nullptr) throw std::bad_alloc();
  data_ = static_cast<std::uint8_t*>(grown);
  capacity_ = capacity;
}

std::uint8_t* ByteBuffer::extend(std::size_t count) {
  if (count > capacity_ - size_) reserve(std::max(size_ + count, capacity_ + capacity_ / 2));
  std::uint8_t* added = data_ + size_;
  size_ += count;
  return added;
}

void ByteBuffer::append(ByteView bytes) {
  if (bytes.empty()) return;
  std::memcpy(extend(bytes.size()), bytes.data(), bytes.size());
}

void ByteBuffer::drop_front(std::size_t count) {
  if (count == 0) return;
  size_ -= count;
  std::memmove(data_, data_ + count, size_);
}

void ByteBuffer::release() {
  std::free(data_);
  data_ = nullptr;
  size_ = capacity_ = 0;
}

void ByteBuffer::wipe_and_release() {
  wipe(data_, capacity_);
  release();
}

}  // namespace veilwire

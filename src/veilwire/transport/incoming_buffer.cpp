#include "veilwire/transport/incoming_buffer.h"

#include <algorithm>

#include "veilwire/transport/limits.h"

namespace veilwire::transport {

void IncomingBuffer::start(std::size_t size) {
  size_ = size;
  held_.clear();
  // A run of like sizes goes on in the same memory; one small message does not keep a large one's.
  if (held_.capacity() > size + kKeptBufferBytes) held_.release();
}

bool IncomingBuffer::take_from(ByteView& input) {
  const std::size_t missing = size_ - held_.size();
  const std::size_t count = std::min(missing, input.size());
  const std::size_t arrived = held_.size() + count;
  if (arrived > held_.capacity()) {
    held_.reserve(std::min(size_, arrived + kMaxReservedAheadBytes));
  }
  held_.append(input.first(count));
  input = input.subspan(count);
  return count == missing;
}

std::uint8_t* IncomingBuffer::place(std::size_t size) {
  held_.clear();
  held_.reserve(size);
  return held_.extend(size);
}

void IncomingBuffer::trim() {
  if (held_.capacity() > kKeptBufferBytes) held_.release();
}

}  // namespace veilwire::transport

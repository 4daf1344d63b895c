#include "veilwire/transport/outgoing_buffer.h"

#include "veilwire/transport/copy_bytes.h"
#include "veilwire/transport/limits.h"

namespace veilwire::transport {

std::uint8_t* OutgoingBuffer::extend(std::size_t count) {
  if (count > bytes_.capacity() - bytes_.size()) {
    bytes_.drop_front(sent_);
    sent_ = 0;
    const std::size_t needed = bytes_.size() + count;
    // What is small stays within what mark_sent() keeps.
    const std::size_t slack =
        needed <= kKeptBufferBytes ? kKeptBufferBytes - needed : kKeptBufferBytes;
    if (needed > bytes_.capacity()) bytes_.reserve(needed + slack);
  }
  return bytes_.extend(count);
}

void OutgoingBuffer::append(ByteView bytes) {
  if (!bytes.empty()) copy_bytes(bytes, extend(bytes.size()));
}

void OutgoingBuffer::mark_sent(std::size_t count) {
  sent_ += count;
  if (sent_ != bytes_.size()) return;
  sent_ = 0;
  bytes_.clear();
  if (bytes_.capacity() > kKeptBufferBytes) bytes_.release();
}

}  // namespace veilwire::transport

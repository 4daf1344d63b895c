// Bytes on their way out: appended at the end, taken by the socket at the front. Private to the
// library.
#pragma once

#include "veilwire/base/byte_buffer.h"

namespace veilwire::transport {

// Holds at most kKeptBufferBytes more than what is unsent and, until it next grows, what was sent
// since it was last empty. A large buffer that runs empty gives its memory back.
class OutgoingBuffer {
 public:
  // Adds `count` bytes for the caller to fill in. Pointers into the buffer die. Throws
  // std::bad_alloc, and nothing has changed then.
  std::uint8_t* extend(std::size_t count);
  void append(ByteView bytes);

  ByteView unsent() const { return bytes_.view().subspan(sent_); }
  std::size_t unsent_bytes() const { return bytes_.size() - sent_; }
  // The last `count` bytes. REQUIRES: they are unsent.
  std::uint8_t* last(std::size_t count) { return bytes_.data() + (bytes_.size() - count); }

  // REQUIRES: count <= unsent_bytes().
  void mark_sent(std::size_t count);

  void release() { bytes_.release(), sent_ = 0; }
  void wipe() { bytes_.wipe_and_release(), sent_ = 0; }

  std::size_t heap_bytes() const { return bytes_.capacity(); }
  // Memory that nothing is in.
  std::size_t idle_bytes() const { return unsent_bytes() == 0 ? bytes_.capacity() : 0; }

 private:
  ByteBuffer bytes_;
  std::size_t sent_ = 0;
};

}  // namespace veilwire::transport

// One packet or payload on its way in, whose size is known before its bytes are there. Private to
// the library.
#pragma once

#include "veilwire/base/byte_buffer.h"

namespace veilwire::transport {

// Reserves at most kMaxReservedAheadBytes more than what has arrived, so that a peer pays for the
// memory that it makes us hold. What a call throws is std::bad_alloc.
class IncomingBuffer {
 public:
  // Starts a run of exactly `size` bytes; what was held is forgotten.
  void start(std::size_t size);

  // True where the rest of the run is to come out of `input` alone, so that it can be read there.
  bool is_whole_in(ByteView input) const { return held_.empty() && input.size() >= size_; }
  // Moves bytes from the front of `input` to the end of the run; true when it is complete.
  bool take_from(ByteView& input);
  // Makes the buffer hold `size` bytes of unspecified value, for the caller to write.
  std::uint8_t* place(std::size_t size);
  void truncate(std::size_t size) { held_.truncate(size); }

  std::size_t size() const { return size_; }
  std::size_t arrived() const { return held_.size(); }
  std::uint8_t* data() { return held_.data(); }
  ByteView view() const { return held_.view(); }

  // Forgets the bytes; the memory stays for the next run.
  void forget() { held_.clear(); }
  // Between runs: gives back what is more than kKeptBufferBytes.
  void trim();
  void release() { held_.release(); }
  void wipe() { held_.wipe_and_release(); }

  std::size_t heap_bytes() const { return held_.capacity(); }

 private:
  ByteBuffer held_;
  std::size_t size_ = 0;
};

}  // namespace veilwire::transport

#include "veilwire/consensus/script/hash_writer.h"

namespace veilwire::consensus {

HashWriter& HashWriter::bytes(ByteView bytes) {
  if (buffer_.size() - used_ < bytes.size()) flush();
  if (bytes.size() > buffer_.size()) {
    stream_.add(bytes);
    flushed_ += bytes.size();
  } else if (!bytes.empty()) {
    std::memcpy(buffer_.data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
  }
  return *this;
}

HashWriter& HashWriter::compact_size(std::uint64_t value) {
  if (value < 0xfd) return integer(static_cast<std::uint8_t>(value));
  if (value <= 0xffff) return u8(0xfd).integer(static_cast<std::uint16_t>(value));
  if (value <= 0xffff'ffff) return u8(0xfe).integer(static_cast<std::uint32_t>(value));
  return u8(0xff).integer(value);
}

void HashWriter::flush() {
  stream_.add({buffer_.data(), used_});
  flushed_ += used_;
  used_ = 0;
}

Hash256 HashWriter::finish() {
  flush();
  return stream_.finish();
}

Hash256 HashWriter::finish_double() {
  flush();
  return stream_.finish_double();
}

}  // namespace veilwire::consensus

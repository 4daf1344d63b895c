// Writes the fields of what is hashed, as wire::Writer writes them into bytes. Short fields are
// gathered, so that the hash function is not called for each; long ones are not copied.
#pragma once

#include <array>
#include <cstring>

#include "veilwire/base/bytes.h"
#include "veilwire/base/endian.h"
#include "veilwire/crypto/sha256_stream.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::consensus {

class HashWriter {
 public:
  HashWriter() = default;
  // Goes on from what a stream has hashed already.
  explicit HashWriter(const crypto::Sha256Stream& begun) : stream_(begun) {}

  HashWriter& u8(std::uint8_t value) { return integer(value); }
  HashWriter& u32(std::uint32_t value) { return integer(value); }
  HashWriter& i64(std::int64_t value) { return integer(static_cast<std::uint64_t>(value)); }
  HashWriter& bytes(ByteView bytes);
  HashWriter& compact_size(std::uint64_t value);
  HashWriter& sized_bytes(ByteView value) { return compact_size(value.size()).bytes(value); }
  HashWriter& outpoint(const wire::Outpoint& outpoint) {
    return bytes(outpoint.txid).u32(outpoint.index);
  }
  HashWriter& output(const wire::Output& output) {
    return i64(output.value).sized_bytes(output.script);
  }

  // How many bytes were written.
  std::uint64_t count() const { return flushed_ + used_; }
  // End the hash: nothing may be asked of the writer afterwards but count().
  Hash256 finish();
  Hash256 finish_double();

 private:
  template <typename T>
  HashWriter& integer(T value) {
    if (buffer_.size() - used_ < sizeof(T)) flush();
    store_le(buffer_.data() + used_, value);
    used_ += sizeof(T);
    return *this;
  }
  void flush();

  crypto::Sha256Stream stream_;
  std::uint64_t flushed_ = 0;
  std::size_t used_ = 0;
  std::array<std::uint8_t, 512> buffer_;
};

}  // namespace veilwire::consensus

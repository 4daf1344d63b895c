#include "veilwire/transport/signet.h"

#include <algorithm>

#include "veilwire/crypto/sha256.h"

namespace veilwire::transport {
namespace {

// Bitcoin's CompactSize: one byte below 253, else a marker and 2, 4 or 8 bytes, low byte first.
void append_compact_size(Bytes& to, std::uint64_t value) {
  std::size_t width = 0;
  if (value > 0xffffffff) {
    to.push_back(0xff), width = 8;
  } else if (value > 0xffff) {
    to.push_back(0xfe), width = 4;
  } else if (value >= 0xfd) {
    to.push_back(0xfd), width = 2;
  } else {
    width = 1;
  }
  for (std::size_t i = 0; i < width; ++i) {
    to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

}  // namespace

protocol::Magic signet_magic(ByteView challenge_script) {
  Bytes hashed;
  append_compact_size(hashed, challenge_script.size());
  hashed.insert(hashed.end(), challenge_script.begin(), challenge_script.end());
  const Hash256 hash = crypto::sha256d(hashed);
  protocol::Magic magic;
  std::copy_n(hash.begin(), magic.size(), magic.begin());
  return magic;
}

}  // namespace veilwire::transport

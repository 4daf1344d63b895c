// SHA-256 of what comes in pieces. A stream may be copied: what many hashes begin with is hashed
// once. Not for secrets: nothing is wiped.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"

namespace veilwire::crypto {

class Sha256Stream {
 public:
  Sha256Stream();
  // BIP 340's tagged hash: begins with SHA256(tag) twice.
  static Sha256Stream tagged(std::string_view tag);

  Sha256Stream& add(ByteView data);
  // Ends the stream: nothing may be asked of it afterwards.
  Hash256 finish();
  Hash256 finish_double();  // SHA256 of that

 private:
  // OpenSSL's own state, whose header only .cpp files of this folder name.
  alignas(8) std::array<std::byte, 112> context_;
};

}  // namespace veilwire::crypto

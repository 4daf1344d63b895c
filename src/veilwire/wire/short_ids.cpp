#include "veilwire/wire/short_ids.h"

#include "veilwire/base/endian.h"
#include "veilwire/crypto/sha256.h"

namespace veilwire::wire {
namespace {

constexpr std::uint64_t kMask = (std::uint64_t{1} << 48) - 1;

}  // namespace

ShortIds::ShortIds(const BlockHeader& header, std::uint64_t nonce) {
  Bytes bytes;
  Writer writer(bytes);
  header.write(writer);
  writer.u64(nonce);
  const Hash256 hash = crypto::sha256(bytes);
  key_ = {.k0 = load_le<std::uint64_t>(hash.data()), .k1 = load_le<std::uint64_t>(hash.data() + 8)};
}

ShortId ShortIds::of(const Hash256& wtxid) const {
  return {crypto::siphash24(key_, wtxid) & kMask};
}

}  // namespace veilwire::wire

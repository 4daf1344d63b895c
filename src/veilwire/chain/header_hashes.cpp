#include "veilwire/chain/header_hashes.h"

#include <algorithm>
#include <array>

#include "veilwire/crypto/sha256_many.h"

namespace veilwire::chain {
namespace {

// As many as keep every kernel's lanes busy and lie on the stack.
constexpr std::size_t kGroup = 64;

void hash_group(std::span<HashedHeader> group) {
  std::array<std::array<std::uint8_t, wire::BlockHeader::kBytes>, kGroup> bytes;
  crypto::Sha256dQueue queue;
  for (std::size_t i = 0; i < group.size(); ++i) {
    bytes[i] = group[i].header.bytes();
    queue.add(bytes[i], group[i].hash);
  }
  queue.finish();
}

}  // namespace

std::vector<HashedHeader> hashed(std::span<const wire::BlockHeader> headers) {
  std::vector<HashedHeader> out(headers.size());
  for (std::size_t i = 0; i < headers.size(); ++i) out[i].header = headers[i];
  for (std::size_t from = 0; from < out.size(); from += kGroup) {
    hash_group(std::span(out).subspan(from, std::min(kGroup, out.size() - from)));
  }
  return out;
}

}  // namespace veilwire::chain

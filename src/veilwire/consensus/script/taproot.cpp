#include "veilwire/consensus/script/taproot.h"

#include <algorithm>

#include "veilwire/consensus/script/hash_writer.h"

namespace veilwire::consensus {

Hash256 tap_leaf_hash(std::uint8_t leaf_version, ByteView script) {
  static const auto kTag = crypto::Sha256Stream::tagged("TapLeaf");
  return HashWriter(kTag).u8(leaf_version).sized_bytes(script).finish();
}

Hash256 tap_branch_hash(const Hash256& a, const Hash256& b) {
  static const auto kTag = crypto::Sha256Stream::tagged("TapBranch");
  return HashWriter(kTag).bytes(std::min(a, b)).bytes(std::max(a, b)).finish();
}

Hash256 tap_tweak_hash(crypto::XOnlyKeyView internal_key, ByteView root) {
  static const auto kTag = crypto::Sha256Stream::tagged("TapTweak");
  return HashWriter(kTag).bytes(internal_key).bytes(root).finish();
}

Hash256 annex_hash_of(ByteView annex) { return HashWriter().sized_bytes(annex).finish(); }

bool is_control_size(std::size_t bytes) {
  return bytes >= kControlBaseBytes &&
         bytes <= kControlBaseBytes + kMaxControlNodes * kControlNodeBytes &&
         (bytes - kControlBaseBytes) % kControlNodeBytes == 0;
}

bool is_committed_to(crypto::XOnlyKeyView output_key, ByteView control, const Hash256& leaf_hash) {
  Hash256 root = leaf_hash;
  for (std::size_t at = kControlBaseBytes; at < control.size(); at += kControlNodeBytes) {
    Hash256 node;
    std::ranges::copy(control.subspan(at, kControlNodeBytes), node.begin());
    root = tap_branch_hash(root, node);
  }
  const auto internal_key = control.subspan<1, 32>();
  const auto parity = (control[0] & 1) != 0 ? crypto::Parity::kOdd : crypto::Parity::kEven;
  return crypto::is_tweaked_key(output_key, parity, internal_key,
                                tap_tweak_hash(internal_key, root));
}

}  // namespace veilwire::consensus

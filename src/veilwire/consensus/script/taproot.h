// The tree of scripts that a taproot output key commits to (BIP 341).
#pragma once

#include <cstdint>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/crypto/schnorr.h"

namespace veilwire::consensus {

inline constexpr std::uint8_t kLeafVersionTapscript = 0xc0;
inline constexpr std::uint8_t kLeafVersionMask = 0xfe;
inline constexpr std::uint8_t kAnnexTag = 0x50;

inline constexpr std::size_t kControlBaseBytes = 33;  // version with parity, internal key
inline constexpr std::size_t kControlNodeBytes = 32;
inline constexpr std::size_t kMaxControlNodes = 128;

Hash256 tap_leaf_hash(std::uint8_t leaf_version, ByteView script);
// In whichever order the two are given.
Hash256 tap_branch_hash(const Hash256& a, const Hash256& b);
// `root` is empty for a key without scripts.
Hash256 tap_tweak_hash(crypto::XOnlyKeyView internal_key, ByteView root);
// An annex with its length before it.
Hash256 annex_hash_of(ByteView annex);

// Whether a control block is of a size that it can have: 33 + 32 * [0..128] bytes.
bool is_control_size(std::size_t bytes);

// Whether `output_key` is the control block's internal key, tweaked by the root of the tree that
// `leaf_hash` stands in. At most 128 hashes of 64 bytes and one tweak. REQUIRES:
// is_control_size(control.size()).
bool is_committed_to(crypto::XOnlyKeyView output_key, ByteView control, const Hash256& leaf_hash);

}  // namespace veilwire::consensus

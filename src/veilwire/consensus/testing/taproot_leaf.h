// Taproot outputs of tests, with one script in their tree.
#pragma once

#include <vector>

#include "veilwire/base/hex.h"
#include "veilwire/consensus/script/taproot.h"
#include "veilwire/consensus/testing/script_text.h"
#include "veilwire/crypto/schnorr.h"

namespace veilwire::consensus::testing {

// The point that nobody knows a secret of (BIP 341's H).
inline crypto::XOnlyKey key_of_nobody() {
  const Bytes bytes =
      from_hex("50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0").value();
  crypto::XOnlyKey key;
  std::ranges::copy(bytes, key.begin());
  return key;
}

// 1 <32 bytes>.
inline Bytes taproot_script(const crypto::XOnlyKey& output_key) {
  Bytes script = {kOp1};
  append_push(script, output_key);
  return script;
}

struct OneLeaf {
  explicit OneLeaf(Bytes its_script, std::uint8_t leaf_version = kLeafVersionTapscript,
                   const std::vector<Hash256>& path = {},
                   const crypto::XOnlyKey& internal = key_of_nobody())
      : script(std::move(its_script)), leaf_hash(tap_leaf_hash(leaf_version, script)) {
    Hash256 root = leaf_hash;
    for (const Hash256& node : path) root = tap_branch_hash(root, node);
    const auto tweaked = crypto::tweaked_key(internal, tap_tweak_hash(internal, root)).value();
    output_key = tweaked.key;
    const bool is_odd = tweaked.parity == crypto::Parity::kOdd;
    control = {static_cast<std::uint8_t>(leaf_version + (is_odd ? 1 : 0))};
    append(control, internal);
    for (const Hash256& node : path) append(control, node);
  }

  Bytes script;
  Hash256 leaf_hash;
  crypto::XOnlyKey output_key{};
  Bytes control;
};

}  // namespace veilwire::consensus::testing

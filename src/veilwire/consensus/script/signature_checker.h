// Holds signatures and lock times of one input to its transaction.
#pragma once

#include <cstdint>

#include "veilwire/base/bytes.h"
#include "veilwire/consensus/script/digest_cache.h"
#include "veilwire/consensus/script/error.h"
#include "veilwire/consensus/script/script_number.h"
#include "veilwire/consensus/script/signature_hash.h"
#include "veilwire/consensus/script/signature_version.h"
#include "veilwire/crypto/schnorr.h"

namespace veilwire::consensus {

class SignatureChecker {
 public:
  // REQUIRES: the spending is complete and has the input. All must outlive the checker.
  SignatureChecker(const Spending& spending, std::size_t input, ScriptWork& work)
      : spending_(spending), input_(input), work_(work) {}

  // `signature` with its hash type after it; false for an empty one. `digests` holds what was hashed
  // of this very `script_code` and version. REQUIRES: not kTapscript.
  bool ecdsa(ByteView signature, ByteView public_key, ByteView script_code,
             SignatureVersion version, DigestCache& digests);
  // `signature`: 64 bytes, or 65 with its hash type. `place` is null in the key path.
  ScriptError schnorr(ByteView signature, crypto::XOnlyKeyView key, const Hash256* annex_hash,
                      const TapscriptPlace* place);

  // BIP 65 and 112: whether the transaction waits for at least that. `sequence` without the bit
  // that switches BIP 112 off.
  bool waits_for_lock_time(ScriptNumber lock_time) const;
  bool waits_for_sequence(ScriptNumber sequence) const;

 private:
  const Hash256& digest_of(std::uint8_t type, ByteView script_code, SignatureVersion version,
                           DigestCache& digests);

  const Spending& spending_;
  std::size_t input_;
  ScriptWork& work_;
  SingleOutputHash single_output_;
};

}  // namespace veilwire::consensus

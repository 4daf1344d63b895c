// What signatures sign: the legacy hash, BIP 143's and BIP 341's.
//
// None of them copies the transaction or allocates. Bytes hashed, at most, for each call:
//   legacy   the transaction without its witness and its input scripts, and the script code
//            (at most 10 000 bytes): it grows with the transaction, so that a transaction of many
//            inputs is quadratic, by the rules. kMaxOperations bounds the calls for each script, and
//            the interpreter makes none twice for the same script code and type (of the last six)
//   BIP 143  156 bytes, the script code, and one output, once for each script run, with SINGLE
//   BIP 341  about 280 bytes, the spent script with ANYONECANPAY, and one output as above
#pragma once

#include <cstdint>
#include <optional>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/consensus/script/spending.h"

namespace veilwire::consensus {

// The type is masked for the choice, and committed to whole. BIP 341 has it stricter.
inline constexpr std::uint32_t kSighashDefault = 0;  // BIP 341 only: as ALL
inline constexpr std::uint32_t kSighashAll = 1;
inline constexpr std::uint32_t kSighashNone = 2;
inline constexpr std::uint32_t kSighashSingle = 3;
inline constexpr std::uint32_t kSighashAnyoneCanPay = 0x80;

// What checking scripts has cost, in what costs most.
struct ScriptWork {
  std::uint64_t hashed_bytes = 0;       // by signature hashes
  std::uint64_t signature_checks = 0;   // on the curve
  std::uint64_t commitment_checks = 0;  // a tweak each, on the curve
};

// `script_code` without the signature, where FindAndDelete applies; CODESEPARATORs are left out
// here. One (as a number) for an input that is not there, and for SINGLE without its output.
Hash256 legacy_signature_hash(const Spending& spending, std::size_t input, ByteView script_code,
                              std::uint32_t type, ScriptWork& work);

// The hash of the output with the input's index, made once for all signatures of one script. One
// object serves one input and one kind of hash.
class SingleOutputHash {
 public:
  enum class Kind : std::uint8_t { kSingle, kDouble };

  // REQUIRES: the transaction has that output.
  const Hash256& of(const Spending& spending, std::size_t input, Kind kind, ScriptWork& work);

 private:
  std::optional<Hash256> hash_;
};

// REQUIRES: `input` < spending.input_count(), and spending.segwit_digests() is there.
Hash256 segwit_signature_hash(const Spending& spending, std::size_t input, ByteView script_code,
                              std::uint32_t type, SingleOutputHash& single_output,
                              ScriptWork& work);

// What a tapscript's signatures commit to beyond those of the key path.
struct TapscriptPlace {
  Hash256 leaf_hash;
  std::uint32_t separator_position = 0xffff'ffff;  // of the last CODESEPARATOR executed
};

// Nothing for a type that BIP 341 does not know, and for SINGLE without its output. `annex_hash` is
// null where there is no annex, `place` in the key path. REQUIRES: as above, with
// taproot_digests().
std::optional<Hash256> taproot_signature_hash(const Spending& spending, std::size_t input,
                                              std::uint8_t type, const Hash256* annex_hash,
                                              const TapscriptPlace* place,
                                              SingleOutputHash& single_output, ScriptWork& work);

}  // namespace veilwire::consensus

// Which rules a script is held to.
//
// Each flag is one soft fork, or one rule of standardness. The bits are those of Bitcoin Core, so
// that numbers in vectors and in other programs mean the same here. Which flags hold for the
// scripts of a block is a matter of its height (see the per-block flags); kConsensus names all that
// can, and kStandard adds what only a mempool asks for. Never put a flag of kPolicyOnly into a
// block's flags: it would fork us off.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace veilwire::consensus {

enum class ScriptFlag : std::uint32_t {
  kP2sh = 1u << 0,  // BIP 16
  kStrictEncoding = 1u << 1,
  kDerSignatures = 1u << 2,  // BIP 66
  kLowS = 1u << 3,
  kNullDummy = 1u << 4,  // BIP 147
  kSignaturePushOnly = 1u << 5,
  kMinimalData = 1u << 6,
  kDiscourageUpgradableNops = 1u << 7,
  kCleanStack = 1u << 8,            // needs kP2sh and kWitness
  kCheckLockTimeVerify = 1u << 9,   // BIP 65
  kCheckSequenceVerify = 1u << 10,  // BIP 112
  kWitness = 1u << 11,              // BIP 141, 143; needs kP2sh
  kDiscourageUpgradableWitnessProgram = 1u << 12,
  kMinimalIf = 1u << 13,  // of segwit version 0; tapscript has it by consensus
  kNullFail = 1u << 14,
  kWitnessPublicKeyType = 1u << 15,
  kConstScriptCode = 1u << 16,
  kTaproot = 1u << 17,  // BIP 341, 342; needs kWitness
  kDiscourageUpgradableTaprootVersion = 1u << 18,
  kDiscourageOpSuccess = 1u << 19,
  kDiscourageUpgradablePublicKeyType = 1u << 20,
};

// A set of flags.
class ScriptFlags {
 public:
  constexpr ScriptFlags() = default;
  constexpr ScriptFlags(ScriptFlag flag) : bits_(static_cast<std::uint32_t>(flag)) {}
  constexpr ScriptFlags(std::initializer_list<ScriptFlag> flags) {
    for (const ScriptFlag flag : flags) bits_ |= static_cast<std::uint32_t>(flag);
  }
  // From Core's number. Bits that name no flag are kept and mean nothing.
  static constexpr ScriptFlags from_bits(std::uint32_t bits) {
    ScriptFlags flags;
    flags.bits_ = bits;
    return flags;
  }

  constexpr std::uint32_t bits() const { return bits_; }
  constexpr bool has(ScriptFlag flag) const {
    return (bits_ & static_cast<std::uint32_t>(flag)) != 0;
  }
  constexpr bool has_any(ScriptFlags others) const { return (bits_ & others.bits_) != 0; }
  constexpr bool contains(ScriptFlags others) const { return (others.bits_ & ~bits_) == 0; }
  constexpr ScriptFlags without(ScriptFlags others) const {
    return from_bits(bits_ & ~others.bits_);
  }

  friend constexpr ScriptFlags operator|(ScriptFlags a, ScriptFlags b) {
    return from_bits(a.bits_ | b.bits_);
  }
  friend constexpr ScriptFlags operator&(ScriptFlags a, ScriptFlags b) {
    return from_bits(a.bits_ & b.bits_);
  }
  constexpr ScriptFlags& operator|=(ScriptFlags others) { return *this = *this | others; }
  friend constexpr bool operator==(ScriptFlags, ScriptFlags) = default;

 private:
  std::uint32_t bits_ = 0;
};

// Every flag that can hold for a block.
inline constexpr ScriptFlags kConsensusScriptFlags{
    ScriptFlag::kP2sh,
    ScriptFlag::kDerSignatures,
    ScriptFlag::kNullDummy,
    ScriptFlag::kCheckLockTimeVerify,
    ScriptFlag::kCheckSequenceVerify,
    ScriptFlag::kWitness,
    ScriptFlag::kTaproot,
};

// What only a mempool asks for: no block is refused for it.
inline constexpr ScriptFlags kPolicyOnlyScriptFlags{
    ScriptFlag::kStrictEncoding,
    ScriptFlag::kLowS,
    ScriptFlag::kMinimalData,
    ScriptFlag::kDiscourageUpgradableNops,
    ScriptFlag::kCleanStack,
    ScriptFlag::kDiscourageUpgradableWitnessProgram,
    ScriptFlag::kMinimalIf,
    ScriptFlag::kNullFail,
    ScriptFlag::kWitnessPublicKeyType,
    ScriptFlag::kConstScriptCode,
    ScriptFlag::kDiscourageUpgradableTaprootVersion,
    ScriptFlag::kDiscourageOpSuccess,
    ScriptFlag::kDiscourageUpgradablePublicKeyType,
};

// What a mempool holds the scripts of a transaction to. kSignaturePushOnly is not in it: standard
// input scripts are pushes by a rule of their own.
inline constexpr ScriptFlags kStandardScriptFlags = kConsensusScriptFlags | kPolicyOnlyScriptFlags;

// All 21, in the order of their bits, under Core's names without their prefix: "P2SH", "STRICTENC".
struct NamedScriptFlag {
  ScriptFlag flag;
  std::string_view name;
};
std::span<const NamedScriptFlag> named_script_flags();

// "P2SH,WITNESS"; "NONE" where there is none.
std::string script_flags_text(ScriptFlags flags);
// The same backwards; an empty text is no flag too. Nothing where a name is unknown.
std::optional<ScriptFlags> script_flags_from_text(std::string_view text);

}  // namespace veilwire::consensus

#include "veilwire/consensus/script/flags.h"

#include <algorithm>
#include <array>

namespace veilwire::consensus {
namespace {

constexpr std::array<NamedScriptFlag, 21> kNames = {{
    {ScriptFlag::kP2sh, "P2SH"},
    {ScriptFlag::kStrictEncoding, "STRICTENC"},
    {ScriptFlag::kDerSignatures, "DERSIG"},
    {ScriptFlag::kLowS, "LOW_S"},
    {ScriptFlag::kNullDummy, "NULLDUMMY"},
    {ScriptFlag::kSignaturePushOnly, "SIGPUSHONLY"},
    {ScriptFlag::kMinimalData, "MINIMALDATA"},
    {ScriptFlag::kDiscourageUpgradableNops, "DISCOURAGE_UPGRADABLE_NOPS"},
    {ScriptFlag::kCleanStack, "CLEANSTACK"},
    {ScriptFlag::kCheckLockTimeVerify, "CHECKLOCKTIMEVERIFY"},
    {ScriptFlag::kCheckSequenceVerify, "CHECKSEQUENCEVERIFY"},
    {ScriptFlag::kWitness, "WITNESS"},
    {ScriptFlag::kDiscourageUpgradableWitnessProgram, "DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM"},
    {ScriptFlag::kMinimalIf, "MINIMALIF"},
    {ScriptFlag::kNullFail, "NULLFAIL"},
    {ScriptFlag::kWitnessPublicKeyType, "WITNESS_PUBKEYTYPE"},
    {ScriptFlag::kConstScriptCode, "CONST_SCRIPTCODE"},
    {ScriptFlag::kTaproot, "TAPROOT"},
    {ScriptFlag::kDiscourageUpgradableTaprootVersion, "DISCOURAGE_UPGRADABLE_TAPROOT_VERSION"},
    {ScriptFlag::kDiscourageOpSuccess, "DISCOURAGE_OP_SUCCESS"},
    {ScriptFlag::kDiscourageUpgradablePublicKeyType, "DISCOURAGE_UPGRADABLE_PUBKEYTYPE"},
}};

std::optional<ScriptFlags> flag_named(std::string_view name) {
  if (name.empty() || name == "NONE") return ScriptFlags();
  const auto found = std::ranges::find(kNames, name, &NamedScriptFlag::name);
  if (found == kNames.end()) return std::nullopt;
  return ScriptFlags(found->flag);
}

}  // namespace

std::span<const NamedScriptFlag> named_script_flags() { return kNames; }

std::string script_flags_text(ScriptFlags flags) {
  std::string text;
  for (const NamedScriptFlag& row : kNames) {
    if (!flags.has(row.flag)) continue;
    if (!text.empty()) text += ',';
    text += row.name;
  }
  return text.empty() ? "NONE" : text;
}

std::optional<ScriptFlags> script_flags_from_text(std::string_view text) {
  ScriptFlags flags;
  while (true) {
    const std::size_t comma = text.find(',');
    const auto flag = flag_named(text.substr(0, comma));
    if (!flag) return std::nullopt;
    flags |= *flag;
    if (comma == std::string_view::npos) return flags;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace veilwire::consensus

#include "veilwire/consensus/script/signature_hash.h"

#include "veilwire/consensus/script/hash_writer.h"

namespace veilwire::consensus {
namespace {

// BIP 143.
constexpr std::uint32_t kChoiceMask = 0x1f;

bool is_any(std::uint32_t type) { return (type & kSighashAnyoneCanPay) != 0; }
bool has_all_outputs(std::uint32_t type) {
  const std::uint32_t choice = type & kChoiceMask;
  return choice != kSighashNone && choice != kSighashSingle;
}

Hash256 segwit_outputs(const Spending& spending, std::size_t input, std::uint32_t type,
                       SingleOutputHash& single_output, ScriptWork& work) {
  if (has_all_outputs(type)) return spending.segwit_digests()->outputs;
  if ((type & kChoiceMask) == kSighashNone || input >= spending.outputs().size()) return {};
  return single_output.of(spending, input, SingleOutputHash::Kind::kDouble, work);
}

const crypto::Sha256Stream& tap_sighash_tag() {
  static const auto kTag = crypto::Sha256Stream::tagged("TapSighash");
  return kTag;
}

constexpr std::uint8_t kEpoch = 0;
constexpr std::uint8_t kKeyVersion = 0;
constexpr std::uint8_t kOutputMask = 3;

bool is_taproot_type(std::uint8_t type) {
  return type <= kSighashSingle || (type > kSighashAnyoneCanPay && type <= 0x83);
}

void write_all_inputs(HashWriter& writer, const TaprootDigests& digests) {
  writer.bytes(digests.previous)
      .bytes(digests.amounts)
      .bytes(digests.scripts)
      .bytes(digests.sequences);
}

void write_this_input(HashWriter& writer, const Spending& spending, std::size_t input) {
  const wire::Input& in = spending.input(input);
  writer.outpoint(in.previous).output(spending.spent(input)).u32(in.sequence);
}

}  // namespace

const Hash256& SingleOutputHash::of(const Spending& spending, std::size_t input, Kind kind,
                                    ScriptWork& work) {
  if (!hash_) {
    HashWriter writer;
    writer.output(spending.outputs()[input]);
    work.hashed_bytes += writer.count();
    hash_ = kind == Kind::kDouble ? writer.finish_double() : writer.finish();
  }
  return *hash_;
}

Hash256 segwit_signature_hash(const Spending& spending, std::size_t input, ByteView script_code,
                              std::uint32_t type, SingleOutputHash& single_output,
                              ScriptWork& work) {
  constexpr Hash256 kNothing{};
  const SegwitDigests& digests = *spending.segwit_digests();
  const wire::Input& in = spending.input(input);
  HashWriter writer;
  writer.u32(spending.transaction().version())
      .bytes(is_any(type) ? kNothing : digests.previous)
      .bytes(is_any(type) || !has_all_outputs(type) ? kNothing : digests.sequences)
      .outpoint(in.previous)
      .sized_bytes(script_code)
      .i64(spending.spent(input).value)
      .u32(in.sequence)
      .bytes(segwit_outputs(spending, input, type, single_output, work))
      .u32(spending.transaction().lock_time())
      .u32(type);
  work.hashed_bytes += writer.count();
  return writer.finish_double();
}

std::optional<Hash256> taproot_signature_hash(const Spending& spending, std::size_t input,
                                              std::uint8_t type, const Hash256* annex_hash,
                                              const TapscriptPlace* place,
                                              SingleOutputHash& single_output, ScriptWork& work) {
  const std::uint32_t outputs = type == kSighashDefault ? kSighashAll : type & kOutputMask;
  if (!is_taproot_type(type)) return std::nullopt;
  if (outputs == kSighashSingle && input >= spending.outputs().size()) return std::nullopt;
  const TaprootDigests& digests = *spending.taproot_digests();
  HashWriter writer(tap_sighash_tag());
  writer.u8(kEpoch).u8(type);
  writer.u32(spending.transaction().version()).u32(spending.transaction().lock_time());
  if (!is_any(type)) write_all_inputs(writer, digests);
  if (outputs == kSighashAll) writer.bytes(digests.outputs);
  writer.u8(
      static_cast<std::uint8_t>((place != nullptr ? 2 : 0) + (annex_hash != nullptr ? 1 : 0)));
  if (is_any(type)) {
    write_this_input(writer, spending, input);
  } else {
    writer.u32(static_cast<std::uint32_t>(input));
  }
  if (annex_hash != nullptr) writer.bytes(*annex_hash);
  if (outputs == kSighashSingle) {
    writer.bytes(single_output.of(spending, input, SingleOutputHash::Kind::kSingle, work));
  }
  if (place != nullptr) {
    writer.bytes(place->leaf_hash).u8(kKeyVersion).u32(place->separator_position);
  }
  work.hashed_bytes += writer.count();
  return writer.finish();
}

}  // namespace veilwire::consensus

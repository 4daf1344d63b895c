#include "veilwire/consensus/script/signature_encoding.h"

#include "veilwire/consensus/script/signature_hash.h"
#include "veilwire/crypto/ecdsa.h"

namespace veilwire::consensus {
namespace {

// 30 <length> 02 <length of R> <R> 02 <length of S> <S> <hash type>
constexpr std::size_t kMinBytes = 9;
constexpr std::size_t kMaxBytes = 73;
constexpr std::uint8_t kSequenceTag = 0x30;
constexpr std::uint8_t kIntegerTag = 0x02;

// Takes a number in its shortest form, not negative, off the front of `rest`.
bool take_strict_integer(ByteView& rest) {
  if (rest.size() < 3 || rest[0] != kIntegerTag) return false;
  const std::size_t size = rest[1];
  if (size == 0 || size > rest.size() - 2) return false;
  const ByteView number = rest.subspan(2, size);
  rest = rest.subspan(2 + size);
  const bool is_negative = (number[0] & 0x80) != 0;
  const bool is_padded = size > 1 && number[0] == 0 && (number[1] & 0x80) == 0;
  return !is_negative && !is_padded;
}

bool has_known_hash_type(ByteView signature) {
  const std::uint32_t choice = signature.back() & ~kSighashAnyoneCanPay;
  return choice >= kSighashAll && choice <= kSighashSingle;
}

bool is_compressed(ByteView key) { return key.size() == 33 && (key[0] == 2 || key[0] == 3); }
bool is_uncompressed(ByteView key) { return key.size() == 65 && key[0] == 4; }

}  // namespace

bool is_strict_der(ByteView signature) {
  if (signature.size() < kMinBytes || signature.size() > kMaxBytes) return false;
  if (signature[0] != kSequenceTag || signature[1] != signature.size() - 3) return false;
  ByteView rest = signature.subspan(2, signature.size() - 3);
  return take_strict_integer(rest) && take_strict_integer(rest) && rest.empty();
}

ScriptError check_signature_encoding(ByteView signature, ScriptFlags flags) {
  constexpr ScriptFlags kAskForDer{ScriptFlag::kDerSignatures, ScriptFlag::kLowS,
                                   ScriptFlag::kStrictEncoding};
  if (signature.empty()) return ScriptError::kOk;
  if (flags.has_any(kAskForDer) && !is_strict_der(signature)) return ScriptError::kSignatureDer;
  if (flags.has(ScriptFlag::kLowS) &&
      !crypto::ecdsa_has_low_s(signature.first(signature.size() - 1))) {
    return ScriptError::kSignatureHighS;
  }
  if (flags.has(ScriptFlag::kStrictEncoding) && !has_known_hash_type(signature)) {
    return ScriptError::kSignatureHashType;
  }
  return ScriptError::kOk;
}

ScriptError check_public_key_encoding(ByteView key, SignatureVersion version, ScriptFlags flags) {
  if (flags.has(ScriptFlag::kStrictEncoding) && !is_compressed(key) && !is_uncompressed(key)) {
    return ScriptError::kPublicKeyType;
  }
  if (flags.has(ScriptFlag::kWitnessPublicKeyType) && version == SignatureVersion::kWitnessV0 &&
      !is_compressed(key)) {
    return ScriptError::kWitnessPublicKeyType;
  }
  return ScriptError::kOk;
}

}  // namespace veilwire::consensus

#include "veilwire/consensus/script/signature_checker.h"

#include "veilwire/crypto/ecdsa.h"

namespace veilwire::consensus {
namespace {

constexpr std::int64_t kLockTimeThreshold = 500'000'000;  // below: heights, from here on: seconds
constexpr std::uint32_t kFinalSequence = 0xffff'ffff;
// BIP 68.
constexpr std::uint32_t kSequenceDisabled = 1u << 31;
constexpr std::int64_t kSequenceIsTime = 1 << 22;
constexpr std::int64_t kSequenceMask = kSequenceIsTime | 0xffff;
constexpr std::uint32_t kFirstVersionWithSequence = 2;

constexpr std::size_t kSchnorrBytes = 64;

// Whether both are of one kind and the wanted one is reached.
bool reaches(std::int64_t actual, std::int64_t wanted, std::int64_t threshold) {
  return (actual < threshold) == (wanted < threshold) && wanted <= actual;
}

}  // namespace

const Hash256& SignatureChecker::digest_of(std::uint8_t type, ByteView script_code,
                                           SignatureVersion version, DigestCache& digests) {
  if (const Hash256* known = digests.find(type)) return *known;
  return digests.put(
      type, version == SignatureVersion::kWitnessV0
                ? segwit_signature_hash(spending_, input_, script_code, type, single_output_, work_)
                : legacy_signature_hash(spending_, input_, script_code, type, work_));
}

bool SignatureChecker::ecdsa(ByteView signature, ByteView public_key, ByteView script_code,
                             SignatureVersion version, DigestCache& digests) {
  if (signature.empty() || !crypto::is_ecdsa_key_form(public_key)) return false;
  const Hash256& digest = digest_of(signature.back(), script_code, version, digests);
  ++work_.signature_checks;
  return crypto::verify_ecdsa(public_key, signature.first(signature.size() - 1), digest);
}

ScriptError SignatureChecker::schnorr(ByteView signature, crypto::XOnlyKeyView key,
                                      const Hash256* annex_hash, const TapscriptPlace* place) {
  std::uint8_t type = kSighashDefault;
  if (signature.size() == kSchnorrBytes + 1) {
    type = signature.back();
    if (type == kSighashDefault) return ScriptError::kSchnorrSignatureHashType;
  } else if (signature.size() != kSchnorrBytes) {
    return ScriptError::kSchnorrSignatureSize;
  }
  const auto digest =
      taproot_signature_hash(spending_, input_, type, annex_hash, place, single_output_, work_);
  if (!digest) return ScriptError::kSchnorrSignatureHashType;
  ++work_.signature_checks;
  return crypto::verify_schnorr(key, signature.first<kSchnorrBytes>(), *digest)
             ? ScriptError::kOk
             : ScriptError::kSchnorrSignature;
}

bool SignatureChecker::waits_for_lock_time(ScriptNumber lock_time) const {
  return reaches(spending_.transaction().lock_time(), lock_time.value(), kLockTimeThreshold) &&
         spending_.input(input_).sequence != kFinalSequence;
}

bool SignatureChecker::waits_for_sequence(ScriptNumber sequence) const {
  const std::uint32_t actual = spending_.input(input_).sequence;
  if (spending_.transaction().version() < kFirstVersionWithSequence) return false;
  if ((actual & kSequenceDisabled) != 0) return false;
  return reaches(actual & kSequenceMask, sequence.value() & kSequenceMask, kSequenceIsTime);
}

}  // namespace veilwire::consensus

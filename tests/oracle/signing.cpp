#include "signing.h"

#include <array>
#include <deque>

#include "veilwire/crypto/sha256_stream.h"

namespace veilwire::oracle {

using consensus::ScriptWork;
using consensus::SingleOutputHash;

const Signer& signer(std::uint8_t key) {
  static const auto kAll = [] {
    std::deque<Signer> all;
    for (std::uint8_t number = 1; number <= kKeys; ++number) all.emplace_back(number);
    return all;
  }();
  return kAll.at(key - 1u);
}

Hash256 tagged_hash(std::string_view tag, std::initializer_list<ByteView> parts) {
  auto stream = crypto::Sha256Stream::tagged(tag);
  for (const ByteView part : parts) stream.add(part);
  return stream.finish();
}

struct TransactionSigner::Kept {
  Bytes bytes;
  std::vector<OutputDraft> spent;
};

TransactionSigner::TransactionSigner(const TransactionDraft& draft,
                                     std::span<const OutputDraft> spent) {
  TransactionDraft form = draft;
  // The digests of segwit are only made where there is a witness.
  for (auto& input : form.inputs) input.witness = {Bytes{1}};
  auto kept = std::make_shared<Kept>(Kept{form.bytes(), {spent.begin(), spent.end()}});
  wire::Reader reader(kept->bytes);
  const auto transaction = wire::Transaction::read(reader);
  std::vector<wire::Output> outputs;
  for (const OutputDraft& output : kept->spent) outputs.push_back({output.value, output.script});
  spending_ = std::make_unique<consensus::Spending>(transaction, std::move(outputs), kept);
  kept_ = std::move(kept);
}

Bytes TransactionSigner::ecdsa(std::size_t input, ByteView script_code,
                               consensus::SignatureVersion version, std::uint8_t type,
                               const Signer& by) const {
  ScriptWork work;
  SingleOutputHash single_output;
  Hash256 digest{};
  if (version == consensus::SignatureVersion::kLegacy) {
    digest = legacy_signature_hash(*spending_, input, script_code, type, work);
  } else if (spending_->segwit_digests() != nullptr) {
    digest = segwit_signature_hash(*spending_, input, script_code, type, single_output, work);
  }
  Bytes signature = by.ecdsa(digest);
  signature.push_back(type);
  return signature;
}

Bytes TransactionSigner::schnorr(std::size_t input, const Schnorr& how, const Signer& by) const {
  ScriptWork work;
  SingleOutputHash single_output;
  std::optional<Hash256> digest;
  if (spending_->taproot_digests() != nullptr) {
    digest = taproot_signature_hash(*spending_, input, how.type,
                                    how.annex_hash ? &*how.annex_hash : nullptr,
                                    how.place ? &*how.place : nullptr, single_output, work);
  }
  const Hash256 signed_digest = digest.value_or(Hash256{});
  Bytes signature =
      how.tweak ? by.tweaked_schnorr(signed_digest, *how.tweak) : by.schnorr(signed_digest);
  if (how.type != 0) signature.push_back(how.type);
  return signature;
}

}  // namespace veilwire::oracle

// Signs the inputs of one transaction.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "veilwire/consensus/script/signature_hash.h"
#include "veilwire/consensus/script/signature_version.h"
#include "veilwire/consensus/testing/drafts.h"
#include "veilwire/crypto/testing/signer.h"

namespace veilwire::oracle {

using consensus::testing::OutputDraft;
using consensus::testing::TransactionDraft;
using crypto::testing::KeyForm;
using crypto::testing::Signer;

// Ours, by number: 1 to kKeys.
inline constexpr std::uint8_t kKeys = 24;
const Signer& signer(std::uint8_t key);

// BIP 340.
Hash256 tagged_hash(std::string_view tag, std::initializer_list<ByteView> parts);

class TransactionSigner {
 public:
  // `spent`: one for each input. Later changes of the draft but for input scripts and witnesses
  // make its signatures worthless.
  TransactionSigner(const TransactionDraft& draft, std::span<const OutputDraft> spent);

  // With the type after it. REQUIRES: not kTapscript.
  Bytes ecdsa(std::size_t input, ByteView script_code, consensus::SignatureVersion version,
              std::uint8_t type, const Signer& by) const;

  struct Schnorr {
    std::uint8_t type = 0;
    std::optional<Hash256> annex_hash{};
    std::optional<consensus::TapscriptPlace> place{};
    std::optional<Hash256> tweak{};  // of the key path
  };
  // 64 bytes where the type is the default, 65 otherwise.
  Bytes schnorr(std::size_t input, const Schnorr& how, const Signer& by) const;

 private:
  struct Kept;
  std::shared_ptr<const Kept> kept_;
  std::unique_ptr<const consensus::Spending> spending_;
};

}  // namespace veilwire::oracle

#include "veilwire/app/speed/script_contestants.h"

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "veilwire/base/hex.h"
#include "veilwire/consensus/script_check.h"
#include "veilwire/crypto/schnorr.h"
#include "veilwire/crypto/yardstick.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::app {
namespace {

using consensus::ScriptCheck;
using consensus::ScriptError;
using consensus::Spending;

constexpr std::size_t kChecksPerRound = 16;
constexpr std::int64_t kCoinValue = 100'000;

// Signed once, by keys that anybody knows.
struct Recorded {
  std::string_view transaction;
  std::string_view spent_script;
  std::string_view digest;  // what its signatures sign
};

// In the order of ScriptKind.
constexpr Recorded kRecorded[] = {
    {"02000000013eee74e36e898cd4880e929c99b689864cd5fe7b50434da36f9006285ff49274000000006a4730"
     "4402203f35770c85b86c93cd62c923b2fba73a64095df3bb0d023493c5f576211d44b602202b9a9686d34daf"
     "52f110bd2857532b36be33c3aa83bd1d18f566a192753bd5df0121028c28a97bf8298bc0d23d8c749452a32e"
     "694b65e30a9472a3954ab30fe5324caafdffffff0260ea000000000000160014516baa1463674e9373975742"
     "658664746d8c8a93589800000000000016001482a26d492f2e7523f482f0c8987fa42887ae53c500000000",
     "76a91460afcdec519698a263417ddfe7cea936737a0ee788ac",
     "17746fc690ab33f9f405d7fdc050a434f4e36781f02b85b61d1d9e67f29686b0"},
    {"020000000001016541526c49803ae3312f773abf8d197714e6a18acb171ac09e95d0bb3ee9d14e0000000000"
     "fdffffff0260ea000000000000160014516baa1463674e9373975742658664746d8c8a935898000000000000"
     "16001482a26d492f2e7523f482f0c8987fa42887ae53c502483045022100d6265add1f6d04ba3cf53974a39e"
     "7368bd47b22950dd191c7c2f85d8e0bc85c202206193f22ac26ac03f45e46d5caa0dd4d69ed52263036db02c"
     "05555ed18a733e490121028c28a97bf8298bc0d23d8c749452a32e694b65e30a9472a3954ab30fe5324caa00"
     "000000",
     "001460afcdec519698a263417ddfe7cea936737a0ee7",
     "863704b197d0e197d0cf2187c893aefda6afa7ba26aeaf5f941cd70aead23d3a"},
    {"020000000001017a4a72e3b2a4e4697d55adb447fe8fa0fb31facfbd0fbb9a7ba50bbdedab883d0000000000"
     "fdffffff0260ea000000000000160014516baa1463674e9373975742658664746d8c8a935898000000000000"
     "16001482a26d492f2e7523f482f0c8987fa42887ae53c50400483045022100ad8054af3f10d424c6a181610f"
     "81d21f21bc69eeacffb37ac24a0f1c00501d8a022046266d68c301b82f3f5c966e95020186cb3d2a03efa7bb"
     "d950944cff99af7e8701473044022019fd1d60705d302b3bef1c77c618cca1e366f6ed0dbd36051f43ebc290"
     "12b02102200cfb71e8a0d271550648df172f4c54b0420796a260be284f5123eeeb9817a1e40169522102a5ec"
     "9036b64eab7a227f26f81eea2a8fda253bbbce20102921b6a8a4790117df210352045bcc58e07124a375ea00"
     "4b3508ac80e625da2106c74f5cb023498de0545f2102a153dfe913310b0949de7976146349b95a398cb0de10"
     "47290b0f975c172ad71253ae00000000",
     "0020bf05ba9747e935c29de7facd9446ddf65430a96020606b183bab4e0a91181696",
     "c220e735aa042408ecb052ae63703bede70e03ec3a519b21451b2b1b58d0e254"},
    {"02000000000101ca390d6757fbc6e109f389cf908eb9e726054b27699e000df15e9e7e51fdb7da0000000000"
     "fdffffff0260ea000000000000160014516baa1463674e9373975742658664746d8c8a935898000000000000"
     "16001482a26d492f2e7523f482f0c8987fa42887ae53c50140023849990bbbd112ea261633f6e3002d00844d"
     "47884baaa7aa76aa6bf36d8eca219da4eb6eacfe92874949b009c8ab5595c845d8c8e0d4eb5d4f7ae38472c2"
     "9e00000000",
     "5120351c5cdc8c95b944abaf3054caf98d75e88cba356958c46afb571f93ab873192",
     "23d7a1c2bd6ccf6524bccc0dad8b4d1ea2c5966b6a3b8234e275e8496b0387fb"},
    {"0200000000010189992ebaf234c5257f894addc690ef3f8659455c77d3f085c9538bfb8283fcfe0000000000"
     "fdffffff0260ea000000000000160014516baa1463674e9373975742658664746d8c8a935898000000000000"
     "16001482a26d492f2e7523f482f0c8987fa42887ae53c50340fd716b131a88c2f33dd04eb3a547ce55709563"
     "72d3c22cda46692af92c501740d7974f2fe07947877230a623c2c4e031f84483efbbd916493207a504e1c242"
     "a022208c28a97bf8298bc0d23d8c749452a32e694b65e30a9472a3954ab30fe5324caaac21c050929b74c1a0"
     "4954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac000000000",
     "51206eed6e53df39ce89c71e86cc9a90d3c77c6579729cb287152e7f915cf9c9022d",
     "ea585c47b6846860a57fe7f7f3c28052c5b93b790d8e16d8edff59fe1255526c"},
};

// Of the script path's tree.
constexpr std::string_view kTweak =
    "28488efed959a225c3eccaf3c292f5dc06ae9c6d12781c4443512d2298f2a539";

Hash256 hash_of(std::string_view hex) {
  const Bytes bytes = from_hex(hex).value();
  Hash256 hash;
  std::ranges::copy(bytes, hash.begin());
  return hash;
}

// The recorded bytes, and the transaction that points into them.
class Recording {
 public:
  explicit Recording(ScriptKind kind)
      : row_(kRecorded[static_cast<std::size_t>(kind)]),
        bytes_(from_hex(row_.transaction).value()),
        spent_script_(from_hex(row_.spent_script).value()),
        transaction_(wire::parse<wire::Tx>(bytes_).value().transaction) {}
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  const wire::Transaction& transaction() const { return transaction_; }
  ByteView spent_script() const { return spent_script_; }
  Hash256 digest() const { return hash_of(row_.digest); }
  std::vector<ByteView> witness() const {
    std::vector<ByteView> items;
    for (const wire::WitnessItem& item : *transaction_.witness().begin()) {
      items.push_back(item.bytes);
    }
    return items;
  }

 private:
  const Recorded& row_;
  Bytes bytes_;
  Bytes spent_script_;
  wire::Transaction transaction_;
};

class OurCheck final : public Contestant {
 public:
  explicit OurCheck(ScriptKind kind) : recording_(kind) {}

  void work() override {
    for (std::size_t i = 0; i < kChecksPerRound; ++i) {
      std::vector<wire::Output> spent = {{kCoinValue, recording_.spent_script()}};
      const ScriptCheck check(
          std::make_shared<const Spending>(recording_.transaction(), std::move(spent), nullptr), 0,
          consensus::kStandardScriptFlags);
      if (check.run() != ScriptError::kOk) throw std::runtime_error("a script check failed");
    }
  }
  std::size_t operations() const override { return kChecksPerRound; }

 private:
  Recording recording_;
};

class BareCheck final : public Contestant {
 public:
  explicit BareCheck(ScriptKind kind) : recording_(kind), digest_(recording_.digest()) {
    prepare_calls(kind);
  }

  void work() override {
    for (std::size_t i = 0; i < kChecksPerRound; ++i) {
      for (const auto& call : calls_) {
        if (!call()) throw std::runtime_error("libsecp256k1 refused what it must not");
      }
    }
  }
  std::size_t operations() const override { return kChecksPerRound; }

 private:
  enum class Outcome : std::uint8_t { kValid, kInvalid };

  void prepare_calls(ScriptKind kind) {
    switch (kind) {
      case ScriptKind::kP2pkh:
        return prepare_p2pkh();
      case ScriptKind::kP2wpkh:
        return add_ecdsa(recording_.witness()[1], recording_.witness()[0], Outcome::kValid);
      case ScriptKind::kP2wshTwoOfThree:
        return prepare_multisig();
      case ScriptKind::kTaprootKeyPath:
        return add_schnorr(recording_.spent_script().subspan(2), recording_.witness()[0]);
      case ScriptKind::kTaprootScriptPath:
        return prepare_script_path();
    }
  }
  // <signature> <key>
  void prepare_p2pkh() {
    const ByteView script = (*recording_.transaction().inputs().begin()).script;
    const std::size_t signature_bytes = script[0];
    add_ecdsa(script.subspan(2 + signature_bytes), script.subspan(1, signature_bytes),
              Outcome::kValid);
  }
  // The last signature is tried first, against the last key; the second key is nobody's.
  void prepare_multisig() {
    const std::vector<ByteView> witness = recording_.witness();
    const auto key = [&](std::size_t number) { return witness[3].subspan(2 + 34 * number, 33); };
    add_ecdsa(key(2), witness[2], Outcome::kValid);
    add_ecdsa(key(1), witness[1], Outcome::kInvalid);
    add_ecdsa(key(0), witness[1], Outcome::kValid);
  }
  void prepare_script_path() {
    const std::vector<ByteView> witness = recording_.witness();
    add_schnorr(witness[1].subspan(1, 32), witness[0]);
    const ByteView control = witness[2];
    const auto parity = (control[0] & 1) != 0 ? crypto::Parity::kOdd : crypto::Parity::kEven;
    calls_.push_back([output = recording_.spent_script().subspan<2, 32>(), parity,
                      internal = control.subspan<1, 32>(), tweak = hash_of(kTweak)] {
      return crypto::is_tweaked_key(output, parity, internal, tweak);
    });
  }

  void add_ecdsa(ByteView key, ByteView signature, Outcome outcome) {
    const ByteView der = signature.first(signature.size() - 1);
    calls_.push_back([this, key, der, is_valid = outcome == Outcome::kValid] {
      return crypto::bare_verify_ecdsa(key, der, digest_) == is_valid;
    });
  }
  void add_schnorr(ByteView key, ByteView signature) {
    calls_.push_back([this, key = key.first<32>(), signature = signature.first<64>()] {
      return crypto::verify_schnorr(key, signature, digest_);
    });
  }

  Recording recording_;
  Hash256 digest_;
  std::vector<std::function<bool()>> calls_;
};

}  // namespace

std::string_view script_kind_name(ScriptKind kind) {
  switch (kind) {
    case ScriptKind::kP2pkh:
      return "p2pkh";
    case ScriptKind::kP2wpkh:
      return "p2wpkh";
    case ScriptKind::kP2wshTwoOfThree:
      return "p2wsh_2_of_3";
    case ScriptKind::kTaprootKeyPath:
      return "taproot_key_path";
    case ScriptKind::kTaprootScriptPath:
      return "taproot_script_path";
  }
  return {};
}

std::unique_ptr<Contestant> our_script_check(ScriptKind kind) {
  return std::make_unique<OurCheck>(kind);
}

std::unique_ptr<Contestant> bare_script_check(ScriptKind kind) {
  return std::make_unique<BareCheck>(kind);
}

}  // namespace veilwire::app

#include "lock.h"
#include "script_bytes.h"
#include "veilwire/crypto/old_hashes.h"
#include "veilwire/crypto/sha256.h"

namespace veilwire::oracle {
namespace {

using namespace consensus;  // the opcodes

std::uint8_t ecdsa_type(Dice& dice) {
  if (!dice.one_in(3)) return kSighashAll;
  return dice.pick<std::uint8_t>(
      {2, 3, 3, 0x81, 0x82, 0x83, 0x83, 0, 4, 0x1f, 0x20, 0x22, 0x43, 0x50, 0x80, 0xc3, 0xff});
}
std::uint8_t schnorr_type(Dice& dice) {
  if (dice.one_in(2)) return kSighashDefault;
  if (dice.one_in(25)) return dice.pick<std::uint8_t>({4, 0x80, 0x84, 0x41, 0xff});
  return dice.pick<std::uint8_t>({1, 2, 3, 0x81, 0x82, 0x83});
}

// One input at work.
class Opening {
 public:
  Opening(TransactionDraft& transaction, std::size_t input, const Lock& lock,
          const TransactionSigner& signer, Dice& dice)
      : transaction_(transaction), input_(input), lock_(lock), signer_(signer), dice_(dice) {}

  void open() {
    auto& in = transaction_.inputs[input_];
    in.script.clear();
    in.witness.clear();
    switch (lock_.wrapping) {
      case Wrapping::kBare:
        in.script = pushes(arguments(SignatureVersion::kLegacy)).bytes();
        return;
      case Wrapping::kP2sh:
        in.script = pushes(arguments(SignatureVersion::kLegacy)).push(script()).bytes();
        return;
      case Wrapping::kP2wsh:
        in.witness = with_script(arguments(SignatureVersion::kWitnessV0));
        return;
      case Wrapping::kP2shP2wsh:
        in.witness = with_script(arguments(SignatureVersion::kWitnessV0));
        in.script = nested(crypto::sha256(script()));
        return;
      case Wrapping::kTapscript:
        return open_leaf();
      case Wrapping::kP2wpkh:
        in.witness = of_key_hash();
        return;
      case Wrapping::kP2shP2wpkh:
        in.witness = of_key_hash();
        in.script = nested(crypto::hash160(signer(lock_.key).public_key()));
        return;
      case Wrapping::kTaprootKey:
        return open_taproot_key();
      case Wrapping::kSignedInput:
        in.script = signed_input();
        return;
      case Wrapping::kForeign:
        if (dice_.one_in(2)) in.witness = {dice_.bytes(dice_.below(30))};
        return;
    }
  }

 private:
  const Bytes& script() const { return lock_.program.script; }

  // Pushes as short as they can be, now and then longer.
  ScriptBytes pushes(const std::vector<Bytes>& items) {
    ScriptBytes out;
    for (const Bytes& item : items) {
      if (dice_.one_in(30)) {
        out.push_wide(item, item.size() < 256 ? dice_.pick<std::size_t>({1, 2, 4}) : 2);
      } else {
        out.push(item);
      }
    }
    return out;
  }
  static Bytes nested(ByteView program) {
    return ScriptBytes().push(ScriptBytes().op(kOp0).push(program).bytes()).bytes();
  }
  std::vector<Bytes> with_script(std::vector<Bytes> items) const {
    items.push_back(script());
    return items;
  }

  std::vector<Bytes> arguments(SignatureVersion version) {
    std::vector<Bytes> items;
    for (const Argument& argument : lock_.program.arguments) {
      const auto* slot = std::get_if<SignatureSlot>(&argument);
      items.push_back(slot != nullptr ? signature(version, *slot) : std::get<Bytes>(argument));
    }
    return items;
  }
  Bytes signature(SignatureVersion version, const SignatureSlot& slot) {
    const Signer& by = signer(slot.key);
    if (version == SignatureVersion::kTapscript) {
      return signer_.schnorr(input_,
                             {.type = schnorr_type(dice_),
                              .annex_hash = annex_hash_,
                              .place = TapscriptPlace{leaf_hash(), slot.separator_position}},
                             by);
    }
    const ByteView code = ByteView(script()).subspan(slot.code_begin);
    return signer_.ecdsa(input_, code, version, ecdsa_type(dice_), by);
  }
  Hash256 leaf_hash() const {
    Bytes sized;
    wire::Writer(sized).sized_bytes(script());
    const Bytes version{static_cast<std::uint8_t>(lock_.control_block[0] & 0xfe)};
    return tagged_hash("TapLeaf", {version, sized});
  }

  std::vector<Bytes> of_key_hash() {
    const Bytes key = signer(lock_.key).public_key();
    const auto code = p2pkh_script(crypto::hash160(key));
    return {signer_.ecdsa(input_, code, SignatureVersion::kWitnessV0, ecdsa_type(dice_),
                          signer(lock_.key)),
            key};
  }

  void choose_annex() {
    if (!dice_.one_in(6)) return;
    annex_ = dice_.bytes(dice_.below(dice_.one_in(10) ? 300 : 10));
    annex_.insert(annex_.begin(), 0x50);
    Bytes sized;
    wire::Writer(sized).sized_bytes(annex_);
    annex_hash_ = crypto::sha256(sized);
  }
  void open_leaf() {
    choose_annex();
    auto& witness = transaction_.inputs[input_].witness;
    witness = with_script(arguments(SignatureVersion::kTapscript));
    witness.push_back(lock_.control_block);
    if (annex_hash_) witness.push_back(annex_);
  }
  void open_taproot_key() {
    choose_annex();
    const crypto::XOnlyKey key = signer(lock_.key).x_only_key();
    const Hash256 tweak = lock_.merkle_root ? tagged_hash("TapTweak", {key, *lock_.merkle_root})
                                            : tagged_hash("TapTweak", {key});
    auto& witness = transaction_.inputs[input_].witness;
    witness = {signer_.schnorr(
        input_,
        {.type = schnorr_type(dice_), .annex_hash = annex_hash_, .place = {}, .tweak = tweak},
        signer(lock_.key))};
    if (annex_hash_) witness.push_back(annex_);
  }

  // The signature is pushed once more, or twice, beside its check: FindAndDelete takes each push out
  // of what is signed, but only where it is the shortest one.
  Bytes signed_input() {
    const auto& slot = std::get<SignatureSlot>(lock_.program.arguments.at(0));
    const auto type = ecdsa_type(dice_);
    const auto layout = dice_.below(4);
    const auto around = [&](const Bytes& signature) {
      ScriptBytes whole;
      if (layout >= 1) whole.push(signature).op(kOpDrop);
      if (layout == 2) whole.push_wide(signature, 1).op(kOpDrop);
      whole.push(signature);
      if (layout == 3) whole.push(signature).op(kOpDrop);
      return whole.raw(script()).bytes();
    };
    ScriptBytes code;  // the same without the pushes that are found
    if (layout >= 1) code.op(kOpDrop);
    // A signature that holds itself cannot be: what is not found stays unknown, and fails.
    if (layout == 2) code.push_wide(Bytes(72, 0), 1).op(kOpDrop);
    if (layout == 3) code.op(kOpDrop);
    code.raw(script());
    return around(
        signer_.ecdsa(input_, code.bytes(), SignatureVersion::kLegacy, type, signer(slot.key)));
  }

  TransactionDraft& transaction_;
  std::size_t input_;
  const Lock& lock_;
  const TransactionSigner& signer_;
  Dice& dice_;
  Bytes annex_;
  std::optional<Hash256> annex_hash_;
};

}  // namespace

void open(TransactionDraft& transaction, std::size_t input, const Lock& lock,
          const TransactionSigner& signer, Dice& dice) {
  Opening(transaction, input, lock, signer, dice).open();
}

}  // namespace veilwire::oracle

#include "program.h"

#include <algorithm>

#include "script_bytes.h"
#include "signing.h"
#include "veilwire/crypto/old_hashes.h"

namespace veilwire::oracle {
namespace {

using namespace consensus;  // the opcodes

std::uint8_t some_key(Dice& dice) { return static_cast<std::uint8_t>(1 + dice.below(kKeys)); }

// As the version has its keys; now and then in a form of its own.
Bytes key_bytes(Dice& dice, SignatureVersion version, std::uint8_t key) {
  if (version == SignatureVersion::kTapscript) {
    const crypto::XOnlyKey x = signer(key).x_only_key();
    Bytes bytes(x.begin(), x.end());
    if (dice.one_in(20)) bytes.push_back(1);  // of no known kind: any signature is good
    return bytes;
  }
  Bytes bytes =
      signer(key).public_key(dice.one_in(4) ? KeyForm::kUncompressed : KeyForm::kCompressed);
  if (bytes.size() == 65 && dice.one_in(2)) {  // hybrid, with the right parity or the wrong one
    bytes[0] = static_cast<std::uint8_t>(6 + (dice.one_in(4) ? dice.below(2) : (bytes[64] & 1u)));
  }
  if (dice.one_in(40)) bytes.resize(dice.pick<std::size_t>({0, 1, 32, 34, 64, 66}), 2);
  if (dice.one_in(60) && !bytes.empty()) bytes[0] = dice.pick<std::uint8_t>({0, 2, 3, 4, 5, 8});
  return bytes;
}

// What is wrong for a signature, and may yet be what a script wants.
Argument no_signature(Dice& dice) {
  return dice.pick<Bytes>({{}, {}, {}, {1}, {0x30, 0}, dice.bytes(64), dice.bytes(65)});
}

Program one_signature(Dice& dice, SignatureVersion version, const Waits&) {
  const std::uint8_t key = some_key(dice);
  ScriptBytes script;
  const bool by_hash = dice.one_in(3);
  const Bytes public_key = key_bytes(dice, version, key);
  if (by_hash) {
    script.op(kOpDup).op(kOpHash160).push(crypto::hash160(public_key)).op(kOpEqualVerify);
  } else {
    script.push(public_key);
  }
  std::vector<Argument> arguments{SignatureSlot{.key = key}};
  const std::size_t turn = dice.below(6);
  if (turn == 0) {
    script.op(kOpCheckSigVerify).op(kOp1);
  } else {
    script.op(kOpCheckSig);
  }
  if (turn == 1) {
    script.op(kOpNot);
    arguments[0] = no_signature(dice);
  }
  if (by_hash) arguments.push_back(public_key);
  return {script.bytes(), std::move(arguments)};
}

// Several signatures, each of which signs what comes after the last separator that was executed.
Program separated_signatures(Dice& dice, SignatureVersion version, const Waits&) {
  ScriptBytes script;
  std::vector<Argument> arguments;
  SignatureSlot slot;
  std::uint32_t position = 0;
  const std::size_t count = 1 + dice.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    if (dice.one_in(2)) {
      script.op(kOpCodeSeparator);
      slot.code_begin = script.size();
      slot.separator_position = position++;
    }
    if (dice.one_in(3)) {  // one that is passed over, and does not count
      script.op(kOp0).op(kOpIf).op(kOpCodeSeparator).op(kOpEndIf);
      position += 4;
    }
    slot.key = some_key(dice);
    script.push(key_bytes(dice, version, slot.key));
    script.op(i + 1 == count ? kOpCheckSig : kOpCheckSigVerify);
    position += 2;
    arguments.insert(arguments.begin(), slot);
  }
  if (dice.one_in(4)) script.op(kOpCodeSeparator);
  return {script.bytes(), std::move(arguments)};
}

std::size_t some_key_count(Dice& dice) {
  return dice.one_in(30) ? dice.pick<std::size_t>({0, 15, 16, 17, 19, 20, 21}) : 1 + dice.below(4);
}

Program threshold_of_old(Dice& dice, SignatureVersion version) {
  const std::size_t keys = some_key_count(dice);
  const std::size_t needed = dice.below(std::min<std::size_t>(keys, 4) + 1);
  ScriptBytes script;
  script.number(static_cast<std::int64_t>(dice.one_in(40) ? keys + 1 : needed));
  std::vector<std::uint8_t> of(keys);
  for (std::uint8_t& key : of) script.push(key_bytes(dice, version, key = some_key(dice)));
  script.number(static_cast<std::int64_t>(keys));
  Program program;
  program.arguments.emplace_back(dice.one_in(25) ? Bytes{dice.byte()} : Bytes{});
  std::vector<std::size_t> chosen(keys);
  for (std::size_t i = 0; i < keys; ++i) chosen[i] = i;
  while (chosen.size() > needed) {
    chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(dice.below(chosen.size())));
  }
  if (dice.one_in(12)) std::ranges::reverse(chosen);
  for (const std::size_t key : chosen) {
    program.arguments.emplace_back(SignatureSlot{.key = of[key]});
    if (dice.one_in(25)) program.arguments.back() = no_signature(dice);
  }
  if (dice.one_in(4)) {
    script.op(kOpCheckMultisigVerify).op(kOp1);
  } else {
    script.op(kOpCheckMultisig);
    if (dice.one_in(8)) script.op(kOpNot);
  }
  program.script = script.bytes();
  return program;
}

Program threshold_of_tapscript(Dice& dice) {
  const std::size_t keys = some_key_count(dice);
  ScriptBytes script;
  Program program;
  script.op(kOp0);
  std::int64_t given = 0;
  for (std::size_t i = 0; i < keys; ++i) {
    const std::uint8_t key = some_key(dice);
    script.push(key_bytes(dice, SignatureVersion::kTapscript, key)).op(kOpCheckSigAdd);
    const bool is_given = dice.one_in(2);
    given += is_given ? 1 : 0;
    const Argument argument = is_given ? Argument(SignatureSlot{.key = key}) : Argument(Bytes{});
    program.arguments.insert(program.arguments.begin(), argument);
  }
  script.number(dice.one_in(12) ? given + 1 : given).op(kOpNumEqual);
  program.script = script.bytes();
  return program;
}

Program threshold(Dice& dice, SignatureVersion version, const Waits&) {
  const bool is_new = version == SignatureVersion::kTapscript ? !dice.one_in(20) : dice.one_in(60);
  return is_new ? threshold_of_tapscript(dice) : threshold_of_old(dice, version);
}

// At the edges of what the transaction waits for.
std::int64_t near(Dice& dice, std::int64_t value) {
  if (dice.one_in(8)) {
    return dice.pick<std::int64_t>({0, -1, 1, 499'999'999, 500'000'000, 0x7fff'ffff, 0x8000'0000,
                                    0xffff'ffff, 0x1'0000'0000, 0x7f'ffff'ffff, 0x80'0000'0000});
  }
  return value + dice.pick<std::int64_t>({-1, 0, 0, 0, 0, 1});
}

Program lock_times(Dice& dice, SignatureVersion, const Waits& waits) {
  ScriptBytes script;
  const bool is_relative = dice.one_in(2);
  std::int64_t operand = near(dice, waits.lock_time);
  if (is_relative) {
    operand = near(dice, waits.sequence & 0x0040'ffff);
    if (dice.one_in(6)) operand |= dice.pick<std::int64_t>({1 << 22, 1 << 31, 1 << 16, 1 << 30});
  }
  if (dice.one_in(10)) {
    script.push(dice.bytes(dice.below(7)));
  } else {
    script.number(operand);
  }
  script.op(is_relative ? kOpCheckSequenceVerify : kOpCheckLockTimeVerify);
  if (dice.one_in(2)) script.op(kOpDrop).op(kOp1);
  return {script.bytes(), {}};
}

// What IF makes of an item, in each version.
Program branches(Dice& dice, SignatureVersion version, const Waits&) {
  const Bytes condition =
      dice.pick<Bytes>({{}, {1}, {1}, {2}, {0}, {0x80}, {0, 0}, {0, 0x80}, {1, 0}, {0, 1}});
  const std::uint8_t key = some_key(dice);
  ScriptBytes script;
  script.op(dice.one_in(3) ? kOpNotIf : kOpIf);
  script.op(dice.pick<std::uint8_t>({kOp1, kOp1, kOp2, kOp0, kOp1Negate}));
  script.op(kOpElse).push(key_bytes(dice, version, key));
  script.op(kOpCheckSig);
  if (dice.one_in(5)) script.op(kOpElse).op(kOp1);
  script.op(kOpEndIf);
  return {script.bytes(), {SignatureSlot{.key = key}, condition}};
}

Program hash_lock(Dice& dice, SignatureVersion, const Waits&) {
  const Bytes secret = dice.bytes(dice.pick<std::size_t>({0, 1, 32, 55, 56, 64, 520}));
  ScriptBytes script;
  script.op(dice.pick<std::uint8_t>({kOpRipemd160, kOpSha1, kOpSha256, kOpHash160, kOpHash256}));
  script.op(kOpSize).op(kOpNip);
  return {script.bytes(), {secret}};
}

Program opcodes(Dice& dice, SignatureVersion version, const Waits&) {
  return random_opcodes(dice, version);
}

struct Kind {
  std::size_t weight;
  Program (*make)(Dice&, SignatureVersion, const Waits&);
};
constexpr Kind kKinds[] = {{12, one_signature}, {8, separated_signatures},
                           {10, threshold},     {9, lock_times},
                           {8, branches},       {4, hash_lock},
                           {60, opcodes}};

}  // namespace

Program random_program(Dice& dice, SignatureVersion version, const Waits& waits) {
  return dice.weighted(std::span(kKinds)).make(dice, version, waits);
}

}  // namespace veilwire::oracle

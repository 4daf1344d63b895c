// One input's scripts: whatever they are, checking them ends within its bounds, gives the same
// answer twice, and never accepts with more flags what it refuses with fewer.

#include <algorithm>

#include "fuzz_input.h"
#include "veilwire/base/endian.h"
#include "veilwire/consensus/script/find_and_delete.h"
#include "veilwire/consensus/script/limits.h"
#include "veilwire/consensus/script/script_form.h"
#include "veilwire/consensus/script/script_reader.h"
#include "veilwire/consensus/script/sigops.h"
#include "veilwire/consensus/script/verify.h"
#include "veilwire/wire/codec.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::consensus;

// flags (4), other flags (4), input, number of coins, the coins (value: 8, length: 2, script), and
// the transaction. Coins that are missing are empty.
struct Case {
  explicit Case(FuzzInput input) {
    flags = trimmed(take_flags(input));
    other = take_flags(input);
    index = input.byte();
    const std::size_t count = input.byte();
    for (std::size_t i = 0; i < count; ++i) {
      Bytes value = input.bytes(8);
      value.resize(8);
      values.push_back(static_cast<std::int64_t>(load_le<std::uint64_t>(value.data())));
      scripts.push_back(input.bytes(input.number()));
    }
    transaction = input.remaining();
  }

  static ScriptFlags take_flags(FuzzInput& input) {
    const std::uint32_t low = static_cast<std::uint32_t>(input.number());
    return ScriptFlags::from_bits(low | static_cast<std::uint32_t>(input.number()) << 16);
  }
  // Without what has not what it needs.
  static ScriptFlags trimmed(ScriptFlags flags) {
    if (!flags.has(ScriptFlag::kP2sh)) flags = flags.without(ScriptFlag::kWitness);
    if (flags.has(ScriptFlag::kWitness)) return flags;
    return flags.without({ScriptFlag::kCleanStack, ScriptFlag::kTaproot});
  }

  ScriptFlags flags;
  ScriptFlags other;
  std::size_t index;
  std::vector<std::int64_t> values;
  std::vector<Bytes> scripts;
  Bytes transaction;
};

Spending spending_of(const Case& what, const wire::Transaction& transaction) {
  std::vector<wire::Output> spent(transaction.inputs().size());
  for (std::size_t i = 0; i < std::min(spent.size(), what.scripts.size()); ++i) {
    spent[i] = {what.values[i], what.scripts[i]};
  }
  return Spending(transaction, std::move(spent), nullptr);
}

// FindAndDelete as Core wrote it down first: one signature after the other, bytes against bytes.
Bytes deleted_naively(Bytes script, ByteView signature) {
  const PushHead head = push_head(signature.size());
  Bytes push(head.view().begin(), head.view().end());
  push.insert(push.end(), signature.begin(), signature.end());
  Bytes kept;
  std::size_t at = 0;
  while (true) {
    const ByteView rest = ByteView(script).subspan(at);
    if (rest.size() >= push.size() && std::ranges::equal(rest.first(push.size()), push)) {
      at += push.size();
      continue;
    }
    ScriptReader reader(rest);
    Instruction instruction;
    if (!reader.next(instruction)) {
      kept.insert(kept.end(), rest.begin(), rest.end());
      return kept;
    }
    const std::size_t size = rest.size() - reader.rest().size();
    kept.insert(kept.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
    at += size;
  }
}

void check_find_and_delete(ByteView script) {
  std::vector<ByteView> pushed;
  ScriptReader reader(script);
  for (Instruction each; reader.next(each) && pushed.size() < 3;) {
    if (each.opcode <= kOpPushData4) pushed.push_back(each.data);
  }
  Bytes naive(script.begin(), script.end());
  for (const ByteView signature : pushed) naive = deleted_naively(naive, signature);
  const auto kept = without_pushes_of(script, pushed);
  FUZZ_REQUIRE(kept.value_or(Bytes(script.begin(), script.end())) == naive,
               "signatures are deleted as they always were");
}

void check_work(const ScriptWork& work, const Spending& spending, std::size_t input) {
  const std::size_t size =
      spending.transaction().total_size() + spending.spent(input).script.size() + 1000;
  // Two legacy scripts, a redeem script and a witness program; a tapscript's signatures are paid for
  // by its size.
  const std::size_t most_checks = 4 * kMaxOperations + size / 50;
  FUZZ_REQUIRE(work.signature_checks <= most_checks, "checks of signatures are bounded");
  FUZZ_REQUIRE(work.commitment_checks <= 1, "a commitment is checked once");
  FUZZ_REQUIRE(work.hashed_bytes <= (most_checks + 1) * 2 * size, "hashing is bounded");
}

void check_input(const Case& what, const Spending& spending) {
  ScriptWork work;
  const ScriptError error = verify_input(spending, what.index, what.flags, work);
  if (what.index >= spending.input_count()) {
    FUZZ_REQUIRE(error == ScriptError::kUnknownError, "there is no such input");
    return;
  }
  FUZZ_REQUIRE(error != ScriptError::kUnknownError, "a failure has a name");
  check_work(work, spending, what.index);
  ScriptWork again;
  FUZZ_REQUIRE(verify_input(spending, what.index, what.flags, again) == error,
               "the same answer each time");
  FUZZ_REQUIRE(again.hashed_bytes == work.hashed_bytes, "for the same work");
  if (error != ScriptError::kOk) return;
  const ScriptFlags fewer = Case::trimmed(what.flags & what.other);
  FUZZ_REQUIRE(verify_input(spending, what.index, fewer, again) == ScriptError::kOk,
               "fewer flags refuse nothing more");
}

void check_sigops(const Case& what, const Spending& spending) {
  if (what.index >= spending.input_count()) return;
  const ByteView input_script = spending.input(what.index).script;
  const ByteView spent_script = spending.spent(what.index).script;
  const std::size_t most = count_sigops(spent_script, MultisigCounting::kAlwaysMost);
  FUZZ_REQUIRE(count_sigops(spent_script, MultisigCounting::kByNumberOfKeys) <= most,
               "counting keys gives no more");
  FUZZ_REQUIRE(most <= kMaxMultisigKeys * spent_script.size(), "no opcode counts for more than 20");
  (void)count_p2sh_sigops(input_script, spent_script);
  (void)count_witness_sigops(input_script, spent_script, spending.witness(what.index),
                             ScriptFlag::kWitness);
}

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace veilwire::fuzz;
  const Case what(FuzzInput(data, size));
  for (const veilwire::Bytes& script : what.scripts) check_find_and_delete(script);
  const auto transaction = veilwire::wire::parse<veilwire::wire::Tx>(what.transaction);
  if (!transaction) return 0;
  const veilwire::consensus::Spending spending = spending_of(what, transaction->transaction);
  check_input(what, spending);
  check_sigops(what, spending);
  return 0;
}

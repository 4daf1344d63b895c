#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "program.h"
#include "script_bytes.h"
#include "veilwire/consensus/script/interpreter.h"
#include "veilwire/consensus/script/limits.h"
#include "veilwire/consensus/testing/drafts.h"

namespace veilwire::oracle {
namespace {

using namespace consensus;  // the opcodes

// What an opcode takes and leaves, the top last. Each letter is an item; a capital must be a number.
// What it leaves is one of those that it took, or a new number (n) or a new string of bytes (x).
struct Step {
  std::uint8_t opcode;
  std::size_t weight;
  std::string_view takes;
  std::string_view leaves;
};

constexpr Step kSteps[] = {
    {kOp2Drop, 1, "ab", ""},
    {kOp2Dup, 2, "ab", "abab"},
    {kOp3Dup, 2, "abc", "abcabc"},
    {kOp2Over, 2, "abcd", "abcdab"},
    {kOp2Rot, 3, "abcdef", "cdefab"},
    {kOp2Swap, 2, "abcd", "cdab"},
    {kOpDepth, 2, "", "n"},
    {kOpDrop, 1, "a", ""},
    {kOpDup, 2, "a", "aa"},
    {kOpNip, 2, "ab", "b"},
    {kOpOver, 2, "ab", "aba"},
    {kOpRot, 2, "abc", "bca"},
    {kOpSwap, 2, "ab", "ba"},
    {kOpTuck, 2, "ab", "bab"},
    {kOpSize, 3, "a", "an"},
    {kOpEqual, 3, "ab", "n"},
    {kOp1Add, 2, "A", "n"},
    {kOp1Sub, 2, "A", "n"},
    {kOpNegate, 3, "A", "n"},
    {kOpAbs, 3, "A", "n"},
    {kOpNot, 3, "A", "n"},
    {kOp0NotEqual, 3, "A", "n"},
    {kOpAdd, 4, "AB", "n"},
    {kOpSub, 4, "AB", "n"},
    {kOpBoolAnd, 3, "AB", "n"},
    {kOpBoolOr, 3, "AB", "n"},
    {kOpNumEqual, 3, "AB", "n"},
    {kOpNumNotEqual, 3, "AB", "n"},
    {kOpLessThan, 3, "AB", "n"},
    {kOpGreaterThan, 3, "AB", "n"},
    {kOpLessThanOrEqual, 3, "AB", "n"},
    {kOpGreaterThanOrEqual, 3, "AB", "n"},
    {kOpMin, 3, "AB", "n"},
    {kOpMax, 3, "AB", "n"},
    {kOpWithin, 5, "ABC", "n"},
    {kOpRipemd160, 1, "a", "x"},
    {kOpSha1, 1, "a", "x"},
    {kOpSha256, 1, "a", "x"},
    {kOpHash160, 1, "a", "x"},
    {kOpHash256, 1, "a", "x"},
    {kOpNop, 1, "", ""},
    {kOpNop1, 1, "", ""},
    {kOpNop4, 1, "", ""},
    {kOpNop10, 1, "", ""},
    {kOpCodeSeparator, 1, "", ""},
};

// 'n' for a number of at most four bytes, 'x' for anything.
using Kinds = std::string;

bool is_number(char needed) { return needed >= 'A' && needed <= 'Z'; }

class Builder {
 public:
  Builder(Dice& dice, SignatureVersion version) : dice_(dice), version_(version) {}

  Program build() {
    const std::size_t given = dice_.below(6);
    for (std::size_t i = 0; i < given; ++i) arguments_.emplace_back(some_item());
    const std::size_t steps = 1 + dice_.below(dice_.one_in(10) ? 80 : 16);
    for (std::size_t i = 0; i < steps; ++i) add_something();
    while (!branches_.empty()) end_branch();
    if (dice_.one_in(40)) flood();
    return {script_.bytes(), std::move(arguments_)};
  }

 private:
  bool is_running() const {
    return std::ranges::all_of(branches_, [](bool taken) { return taken; });
  }

  // An item for the stack, whose kind is noted.
  Bytes some_item() {
    if (dice_.one_in(4)) {
      kinds_ += 'x';
      return dice_.bytes(
          dice_.pick<std::size_t>({0, 1, 4, 5, 20, 32, 33, 75, 76, 255, 256, 519, 520}));
    }
    kinds_ += 'n';
    if (dice_.one_in(4)) {  // numbers in forms that are not the shortest, and zeros of all kinds
      return dice_.pick<Bytes>({{0},
                                {0x80},
                                {0, 0},
                                {0, 0x80},
                                {0, 0, 0, 0},
                                {0, 0, 0, 0x80},
                                {1, 0},
                                {1, 0x80},
                                {1, 0, 0, 0},
                                {0xff, 0},
                                {0xff, 0x80}});
    }
    const Item item = ScriptNumber(some_number()).item();
    const ByteView bytes = item.bytes();
    return {bytes.begin(), bytes.end()};
  }
  std::int64_t some_number() {
    const auto edge =
        dice_.pick<std::int64_t>({0, 0, 1, 1, 2, 3, 4, 16, 17, 127, 128, 255, 256, 32767, 32768,
                                  0x7f'ffff, 0x80'0000, 0x7fff'fffe, 0x7fff'ffff});
    return dice_.one_in(3) ? -edge : edge;
  }
  void push(const Bytes& item) {
    const std::size_t form = dice_.below(12);
    if (form == 0 && item.size() < 256) {
      script_.push_wide(item, 1);
    } else if (form == 1) {
      script_.push_wide(item, 2);
    } else if (form == 2) {
      script_.push_wide(item, 4);
    } else if (item.size() == 1 && item[0] >= 1 && item[0] <= 16) {
      script_.number(item[0]);
    } else {
      script_.push(item);
    }
  }

  void add_something() {
    if (!is_running()) {
      add_in_vain();
      return;
    }
    const std::size_t choice = dice_.below(100);
    if (choice < 22) {
      push(some_item());
    } else if (choice < 30) {
      begin_branch();
    } else if (choice < 36 && !branches_.empty()) {
      dice_.one_in(2) ? turn_branch() : end_branch();
    } else if (choice < 46) {
      add_idiom();
    } else {
      add_step();
    }
  }
  // Where nothing is run, everything may stand, or nearly so.
  void add_in_vain() {
    const std::size_t choice = dice_.below(10);
    if (choice < 3) {
      turn_branch();
    } else if (choice < 5) {
      end_branch();
    } else if (choice == 5) {
      script_.op(kOp0).op(kOpIf);
      branches_.push_back(false);
    } else if (choice == 6) {
      script_.push(dice_.bytes(dice_.below(80)));
    } else if (dice_.one_in(12)) {
      script_.op(dice_.pick<std::uint8_t>({kOpVerIf, kOpVerNotIf, kOpCat, kOpLShift, kOp2Mul}));
    } else {
      script_.op(dice_.pick<std::uint8_t>({kOpReturn, kOpVer, kOpReserved, kOpReserved1, kOpVerify,
                                           kOpDrop, kOpCheckSig, kOpNop1, kOpCheckMultisig, 0xfd,
                                           kOpCheckSigAdd, kOpCodeSeparator, 0xff}));
    }
  }

  void add_step() {
    const Step& step = dice_.weighted(std::span(kSteps));
    const bool is_careless = dice_.one_in(100);
    if (!fits(step) && !is_careless) {
      push(some_item());
      return;
    }
    script_.op(step.opcode);
    apply(step);
  }
  bool fits(const Step& step) const {
    if (kinds_.size() < step.takes.size()) return false;
    const std::size_t begin = kinds_.size() - step.takes.size();
    for (std::size_t i = 0; i < step.takes.size(); ++i) {
      if (is_number(step.takes[i]) && kinds_[begin + i] != 'n') return false;
    }
    return true;
  }
  void apply(const Step& step) {
    const std::size_t count = std::min(step.takes.size(), kinds_.size());
    const Kinds taken = kinds_.substr(kinds_.size() - count);
    kinds_.resize(kinds_.size() - count);
    for (const char item : step.leaves) {
      const std::size_t from = step.takes.find(item);
      kinds_ += from < taken.size() ? taken[from] : item;
    }
  }

  void add_idiom() {
    switch (dice_.below(9)) {
      case 0:
        pick_or_roll();
        break;
      case 1:
        if_dup();
        break;
      case 2:  // what must be true, is
        push(dice_.pick<Bytes>({{1}, {2}, {0x81}, {0, 1}, {0x80, 0}, {0, 0x80, 0}, Bytes(40, 9)}));
        script_.op(kOpVerify);
        break;
      case 3:
        if (!kinds_.empty()) script_.op(kOpDup).op(kOpEqualVerify);
        if (!kinds_.empty()) kinds_.pop_back();
        if (!kinds_.empty()) break;
        push(some_item());
        break;
      case 4:
        if (!kinds_.empty()) by_way_of_the_other_stack();
        break;
      case 5:
        no_signature();
        break;
      case 6:  // none of none
        script_.op(kOp0).op(kOp0).op(kOp0).op(kOpCheckMultisig);
        kinds_ += 'n';
        break;
      case 7:
        if (!kinds_.empty() && kinds_.back() == 'n') script_.op(kOpDup).op(kOpNumEqualVerify);
        if (!kinds_.empty() && kinds_.back() == 'n') kinds_.pop_back();
        break;
      default:
        arithmetic();
    }
  }
  void pick_or_roll() {
    if (kinds_.empty()) return;
    const std::size_t depth = dice_.below(kinds_.size() + (dice_.one_in(60) ? 1 : 0));
    script_.number(static_cast<std::int64_t>(depth));
    const bool is_pick = dice_.one_in(2);
    script_.op(is_pick ? kOpPick : kOpRoll);
    if (depth >= kinds_.size()) return;
    const std::size_t place = kinds_.size() - 1 - depth;
    const char kind = kinds_[place];
    if (!is_pick) kinds_.erase(place, 1);
    kinds_ += kind;
  }
  void if_dup() {
    const Bytes item = some_item();
    push(item);
    script_.op(kOpIfDup);
    if (Item::of_view(item).is_true()) kinds_ += kinds_.back();
  }
  void by_way_of_the_other_stack() {
    script_.op(kOpToAltStack);
    const char kind = kinds_.back();
    kinds_.pop_back();
    if (dice_.one_in(2)) push(some_item());
    script_.op(kOpFromAltStack);
    kinds_ += kind;
  }
  void no_signature() {
    script_.op(kOp0).push(dice_.bytes(dice_.pick<std::size_t>({32, 33, 65, 0, 1})));
    if (version_ == SignatureVersion::kTapscript && dice_.one_in(2)) {
      script_.number(some_number()).op(kOpSwap).op(kOpCheckSigAdd);
    } else {
      script_.op(kOpCheckSig);
    }
    kinds_ += 'n';
  }
  // On fresh numbers, so that both operands are edges.
  void arithmetic() {
    script_.number(some_number()).number(some_number()).number(some_number());
    kinds_ += "nnn";
    script_.op(kOpWithin);
    kinds_.resize(kinds_.size() - 2);
  }

  void begin_branch() {
    const bool is_not = dice_.one_in(3);
    const bool value = dice_.one_in(2);
    const bool is_strict = version_ == SignatureVersion::kTapscript && !dice_.one_in(30);
    Bytes condition = value ? Bytes{1} : Bytes{};
    if (!is_strict && dice_.one_in(3)) {
      condition = value ? dice_.pick<Bytes>({{2}, {1, 0}, {0x81}, {0, 0, 0, 0, 0, 1}})
                        : dice_.pick<Bytes>({{0}, {0x80}, {0, 0}, {0, 0, 0, 0, 0, 0x80}});
    }
    push(condition);
    script_.op(is_not ? kOpNotIf : kOpIf);
    branches_.push_back(value != is_not);
  }
  void turn_branch() {
    script_.op(kOpElse);
    branches_.back() = !branches_.back();
  }
  void end_branch() {
    script_.op(kOpEndIf);
    branches_.pop_back();
  }

  // One of the limits, reached or passed by one.
  void flood() {
    const std::size_t over = dice_.below(2);
    switch (dice_.below(3)) {
      case 0:
        for (std::size_t i = 0; i < kMaxOperations - 10 + 6 * dice_.below(4); ++i)
          script_.op(kOpNop);
        break;
      case 1:
        for (std::size_t i = kinds_.size(); i < kMaxStackItems + over; ++i) script_.op(kOp1);
        for (std::size_t i = kinds_.size() + 2; i < kMaxStackItems + over; i += 2) {
          script_.op(kOp2Drop);
        }
        break;
      default: {
        while (script_.size() + 600 < kMaxScriptBytes) {
          script_.push(Bytes(kMaxItemBytes + (dice_.one_in(300) ? 1 : 0), 7)).op(kOpDrop);
        }
        while (script_.size() + 8 < kMaxScriptBytes + over) script_.op(kOp1);
      }
    }
  }

  Dice& dice_;
  SignatureVersion version_;
  ScriptBytes script_;
  std::vector<Argument> arguments_;
  Kinds kinds_;
  std::vector<bool> branches_;  // those under way, and whether each is taken
};

// A transaction to run scripts in that ask nothing of it.
const Spending& any_spending() {
  static const testing::TransactionDraft kDraft = testing::spend({{}}, 1);
  static const Bytes kBytes = kDraft.bytes();
  static const Spending kSpending = [] {
    wire::Reader reader(kBytes);
    return Spending(wire::Transaction::read(reader), {{}}, nullptr);
  }();
  return kSpending;
}

// The script with its results compared, so that whoever runs it and comes to others refuses it.
// Nothing where it fails already.
std::optional<Bytes> compared(const Program& program, SignatureVersion version) {
  Stack stack;
  for (const Argument& argument : program.arguments) {
    stack.push(Item::of_view(std::get<Bytes>(argument)));
  }
  ScriptWork work;
  SignatureChecker checker(any_spending(), 0, work);
  Tapscript tapscript{.place = {}, .annex_hash = nullptr, .weight_left = 1'000'000};
  const ScriptError error =
      run_script(program.script, stack, version, kConsensusScriptFlags, checker,
                 version == SignatureVersion::kTapscript ? &tapscript : nullptr);
  if (error != ScriptError::kOk) return std::nullopt;
  ScriptBytes script;
  script.raw(program.script);
  while (!stack.empty()) {
    const Item item = stack.pop();
    script.push(item.bytes()).op(kOpEqualVerify);
  }
  return script.op(kOp1).bytes();
}

}  // namespace

Program random_opcodes(Dice& dice, SignatureVersion version) {
  Program program = Builder(dice, version).build();
  for (int tries = 0; tries < 3; ++tries) {
    if (auto script = compared(program, version)) {
      // What it leaves as it is may be true or false.
      if (!dice.one_in(12)) program.script = std::move(*script);
      return program;
    }
    if (dice.one_in(4)) return program;
    program = Builder(dice, version).build();
  }
  return program;
}

}  // namespace veilwire::oracle

#include "veilwire/consensus/script/script_form.h"

#include <algorithm>

#include "veilwire/consensus/script/script_reader.h"

namespace veilwire::consensus {

bool is_p2sh(ByteView script) {
  return script.size() == 23 && script[0] == kOpHash160 && script[1] == 20 &&
         script[22] == kOpEqual;
}

bool is_push_only(ByteView script) {
  ScriptReader reader(script);
  for (Instruction instruction; reader.next(instruction);) {
    if (instruction.opcode > kOp16) return false;
  }
  return !reader.is_broken();
}

std::optional<WitnessProgram> witness_program_of(ByteView script) {
  if (script.size() < 4 || script.size() > 42 || !is_small_number(script[0]) ||
      script[1] + std::size_t{2} != script.size()) {
    return std::nullopt;
  }
  return WitnessProgram{.version = small_number(script[0]), .program = script.subspan(2)};
}

PushHead push_head(std::size_t data_bytes) {
  const auto byte = [data_bytes](unsigned shift) {
    return static_cast<std::uint8_t>(data_bytes >> shift);
  };
  if (data_bytes < kOpPushData1) return {{byte(0)}, 1};
  if (data_bytes <= 0xff) return {{kOpPushData1, byte(0)}, 2};
  if (data_bytes <= 0xffff) return {{kOpPushData2, byte(0), byte(8)}, 3};
  return {{kOpPushData4, byte(0), byte(8), byte(16), byte(24)}, 5};
}

bool is_push_of(ByteView script, ByteView data) {
  const PushHead head = push_head(data.size());
  return script.size() == head.size + data.size() &&
         std::ranges::equal(script.first(head.size), head.view()) &&
         std::ranges::equal(script.subspan(head.size), data);
}

std::array<std::uint8_t, 25> p2pkh_script(ByteView hash20) {
  std::array<std::uint8_t, 25> script{kOpDup, kOpHash160, 20};
  std::ranges::copy(hash20.first(20), script.begin() + 3);
  script[23] = kOpEqualVerify;
  script[24] = kOpCheckSig;
  return script;
}

}  // namespace veilwire::consensus

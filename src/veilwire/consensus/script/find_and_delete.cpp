#include "veilwire/consensus/script/find_and_delete.h"

#include <algorithm>

#include "veilwire/consensus/script/script_form.h"
#include "veilwire/consensus/script/script_reader.h"

namespace veilwire::consensus {
namespace {

bool pushes_one_of(ByteView instruction, ByteView data, std::span<const ByteView> signatures) {
  // Only pushes of bytes can be one: no signature is pushed by a number's opcode.
  if (instruction[0] > kOpPushData4) return false;
  return std::ranges::any_of(signatures, [&](ByteView signature) {
    return data.size() == signature.size() && is_push_of(instruction, signature);
  });
}

}  // namespace

std::optional<Bytes> without_pushes_of(ByteView script, std::span<const ByteView> signatures) {
  std::optional<Bytes> kept;
  ScriptReader reader(script);
  ByteView left = script;
  for (Instruction each; reader.next(each);) {
    const ByteView instruction = left.first(left.size() - reader.rest().size());
    const std::size_t offset = script.size() - left.size();
    left = reader.rest();
    if (pushes_one_of(instruction, each.data, signatures)) {
      if (!kept) kept.emplace(script.begin(), script.begin() + static_cast<std::ptrdiff_t>(offset));
    } else if (kept) {
      kept->insert(kept->end(), instruction.begin(), instruction.end());
    }
  }
  if (kept) kept->insert(kept->end(), left.begin(), left.end());
  return kept;
}

}  // namespace veilwire::consensus

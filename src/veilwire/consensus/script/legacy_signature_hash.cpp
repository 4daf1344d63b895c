#include "veilwire/consensus/script/hash_writer.h"
#include "veilwire/consensus/script/script_reader.h"
#include "veilwire/consensus/script/signature_hash.h"

namespace veilwire::consensus {
namespace {

constexpr std::uint32_t kChoiceMask = 0x1f;
constexpr Hash256 kOne{1};

// The legacy preimage, part by part.
class Preimage {
 public:
  Preimage(const Spending& spending, std::size_t input, std::uint32_t type, HashWriter& writer)
      : spending_(spending), input_(input), type_(type), writer_(writer) {}

  void write(ByteView script_code) {
    writer_.u32(spending_.transaction().version());
    write_inputs(script_code);
    write_outputs();
    writer_.u32(spending_.transaction().lock_time()).u32(type_);
  }

 private:
  std::uint32_t choice() const { return type_ & kChoiceMask; }

  void write_inputs(ByteView script_code) {
    if ((type_ & kSighashAnyoneCanPay) != 0) {
      writer_.compact_size(1);
      write_this_input(script_code);
      return;
    }
    writer_.compact_size(spending_.input_count());
    for (std::size_t i = 0; i < spending_.input_count(); ++i) {
      i == input_ ? write_this_input(script_code) : write_other_input(spending_.input(i));
    }
  }
  void write_this_input(ByteView script_code) {
    const wire::Input& input = spending_.input(input_);
    writer_.outpoint(input.previous);
    write_script_code(script_code);
    writer_.u32(input.sequence);
  }
  // With NONE and SINGLE others may still change how they are sequenced.
  void write_other_input(const wire::Input& input) {
    const bool is_free = choice() == kSighashNone || choice() == kSighashSingle;
    writer_.outpoint(input.previous).u8(0).u32(is_free ? 0 : input.sequence);
  }

  void write_script_code(ByteView script_code) {
    std::size_t separators = 0;
    ScriptReader counter(script_code);
    for (Instruction each; counter.next(each);) separators += each.opcode == kOpCodeSeparator;
    writer_.compact_size(script_code.size() - separators);
    if (separators == 0) {
      writer_.bytes(script_code);
      return;
    }
    ScriptReader reader(script_code);
    const std::uint8_t* begin = script_code.data();
    for (Instruction each; reader.next(each);) {
      if (each.opcode != kOpCodeSeparator) continue;
      const std::uint8_t* const end = reader.rest().data();
      writer_.bytes({begin, end - 1});
      begin = end;
    }
    writer_.bytes({begin, script_code.data() + script_code.size()});
  }

  void write_outputs() {
    if (choice() == kSighashNone) {
      writer_.compact_size(0);
    } else if (choice() == kSighashSingle) {
      writer_.compact_size(input_ + 1);
      for (std::size_t i = 0; i < input_; ++i) writer_.i64(-1).u8(0);
      writer_.output(spending_.outputs()[input_]);
    } else {
      writer_.compact_size(spending_.outputs().size());
      writer_.bytes(spending_.transaction().output_bytes());
    }
  }

  const Spending& spending_;
  std::size_t input_;
  std::uint32_t type_;
  HashWriter& writer_;
};

}  // namespace

Hash256 legacy_signature_hash(const Spending& spending, std::size_t input, ByteView script_code,
                              std::uint32_t type, ScriptWork& work) {
  if (input >= spending.input_count()) return kOne;
  const bool is_single = (type & kChoiceMask) == kSighashSingle;
  if (is_single && input >= spending.outputs().size()) return kOne;
  HashWriter writer;
  Preimage(spending, input, type, writer).write(script_code);
  work.hashed_bytes += writer.count();
  return writer.finish_double();
}

}  // namespace veilwire::consensus

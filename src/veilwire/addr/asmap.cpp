#include "veilwire/addr/asmap.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/sha256.h"

namespace veilwire::addr {
namespace {

constexpr unsigned kAddressBits = 128;
constexpr unsigned kLongestMatch = 8;
constexpr std::size_t kMaxPaddingBits = 7;
// What a number at the last bit may make the reader look at.
constexpr std::size_t kBytesAfterEnd = 8;

enum class Opcode : std::uint8_t { kReturn, kJump, kMatch, kDefault };

// A number in one of `classes` classes: class c is written as c ones and a zero (the last without its
// zero), then `first_bits` + c bits, the highest first. Class 0 begins at `least`, and each where the
// one before it ends.
struct NumberCode {
  std::uint32_t least;
  unsigned first_bits;
  unsigned classes;
};

constexpr NumberCode kAsCode{1, 15, 10};
constexpr NumberCode kMatchCode{2, 1, 8};
constexpr NumberCode kJumpCode{17, 5, 26};

constexpr std::uint32_t reversed(std::uint32_t value) {
  value = (value >> 1 & 0x5555'5555) | (value & 0x5555'5555) << 1;
  value = (value >> 2 & 0x3333'3333) | (value & 0x3333'3333) << 2;
  value = (value >> 4 & 0x0f0f'0f0f) | (value & 0x0f0f'0f0f) << 4;
  return std::byteswap(value);
}

struct Instruction {
  Opcode opcode;
  std::uint32_t value;
};

// Reads the program. Once it would read past the end it has failed, and gives anything.
class Program {
 public:
  // REQUIRES: kBytesAfterEnd more bytes can be read.
  Program(const std::uint8_t* bits, std::size_t end) : bits_(bits), end_(end) {}

  std::size_t position() const { return at_; }
  std::size_t left() const { return end_ - at_; }
  bool has_failed() const { return has_failed_; }
  void skip(std::size_t bits) { at_ += bits; }

  Instruction next() {
    const Opcode opcode = read_opcode();
    switch (opcode) {
      case Opcode::kJump:
        return {opcode, read_number(kJumpCode)};
      case Opcode::kMatch:
        return {opcode, read_number(kMatchCode)};
      case Opcode::kReturn:
      case Opcode::kDefault:
        break;
    }
    return {opcode, read_number(kAsCode)};
  }

  // At least 57 bits from here on, the next one lowest; zeros after the end.
  std::uint64_t ahead() const { return load_le<std::uint64_t>(bits_ + at_ / 8) >> at_ % 8; }

 private:
  // 0, 10, 110, 111.
  Opcode read_opcode() {
    const auto ones = static_cast<unsigned>(std::countr_one(ahead() & 7));
    take(std::min(ones + 1, 3u));
    return static_cast<Opcode>(ones);
  }

  // The longest, a jump of class 25, has 25 + 30 bits.
  std::uint32_t read_number(const NumberCode& code) {
    const std::uint64_t window = ahead();
    const unsigned number_class =
        std::min(static_cast<unsigned>(std::countr_one(window)), code.classes - 1);
    const unsigned prefix = number_class + (number_class + 1 < code.classes ? 1 : 0);
    const unsigned width = code.first_bits + number_class;
    const std::uint32_t classes_before = ((1u << number_class) - 1) << code.first_bits;
    const auto bits = static_cast<std::uint32_t>(window >> prefix);
    take(prefix + width);
    return code.least + classes_before + (reversed(bits) >> (32 - width));
  }

  void take(std::size_t bits) {
    has_failed_ |= bits > left();
    at_ = has_failed_ ? end_ : at_ + bits;
  }

  const std::uint8_t* bits_;
  std::size_t end_;
  std::size_t at_ = 0;
  bool has_failed_ = false;
};

// A pattern has a 1 before its bits.
unsigned match_bits(std::uint32_t pattern) {
  return static_cast<unsigned>(std::bit_width(pattern)) - 1;
}

// Walks the program once, in the order of its bits: what lies between a jump and its target is the
// way of a 0, and the target, where the walk comes to it, that of a 1.
class Checker {
 public:
  explicit Checker(Program program) : program_(program) {}

  std::optional<AsmapRule> check() {
    for (;;) {
      if (!open_.empty() && program_.position() >= open_.back().target) {
        return AsmapRule::kInsideInstruction;
      }
      const Instruction instruction = program_.next();
      if (program_.has_failed()) return AsmapRule::kCutShort;
      if (const auto rule = check(instruction)) return rule;
      if (instruction.opcode == Opcode::kReturn) {
        if (open_.empty()) return check_padding();
        if (program_.position() != open_.back().target) return misplaced();
        bits_left_ = open_.back().bits_left;
        open_.pop_back();
        before_ = Opcode::kJump;
      } else {
        before_ = instruction.opcode;
      }
    }
  }

 private:
  struct OpenJump {
    std::size_t target;
    unsigned bits_left;
  };

  std::optional<AsmapRule> check(const Instruction& instruction) {
    switch (instruction.opcode) {
      case Opcode::kJump:
        return check_jump(instruction.value);
      case Opcode::kMatch:
        return check_match(match_bits(instruction.value));
      case Opcode::kReturn:
      case Opcode::kDefault:
        break;
    }
    if (before_ == Opcode::kDefault) return AsmapRule::kNeedlessDefault;
    return std::nullopt;
  }

  std::optional<AsmapRule> check_jump(std::uint32_t distance) {
    if (distance >= program_.left()) return AsmapRule::kJumpPastEnd;
    if (bits_left_ == 0) return AsmapRule::kTooManyBits;
    --bits_left_;
    const std::size_t target = program_.position() + distance;
    if (!open_.empty() && target >= open_.back().target) return AsmapRule::kJumpsOverlap;
    open_.push_back({target, bits_left_});  // at most kAddressBits, since each has taken one
    return std::nullopt;
  }

  std::optional<AsmapRule> check_match(unsigned bits) {
    if (before_ != Opcode::kMatch) had_short_match_ = false;
    if (bits < kLongestMatch && had_short_match_) return AsmapRule::kNeedlessMatch;
    had_short_match_ = bits < kLongestMatch;
    if (bits > bits_left_) return AsmapRule::kTooManyBits;
    bits_left_ -= bits;
    return std::nullopt;
  }

  AsmapRule misplaced() const {
    return program_.position() < open_.back().target ? AsmapRule::kUnreachable
                                                     : AsmapRule::kInsideInstruction;
  }

  std::optional<AsmapRule> check_padding() const {
    const bool is_sound = program_.left() <= kMaxPaddingBits && program_.ahead() == 0;
    return is_sound ? std::nullopt : std::optional(AsmapRule::kPadding);
  }

  Program program_;
  std::vector<OpenJump> open_;
  unsigned bits_left_ = kAddressBits;
  Opcode before_ = Opcode::kJump;
  bool had_short_match_ = false;
};

// The first bit of the address first.
class AddressBits {
 public:
  explicit AddressBits(const wire::Ipv6Bytes& bytes) : bytes_(bytes) {}

  std::uint32_t take(unsigned count) {
    std::uint32_t bits = 0;
    for (; count > 0; --count, ++at_) bits = bits << 1 | (bytes_[at_ / 8] >> (7 - at_ % 8) & 1u);
    return bits;
  }

 private:
  wire::Ipv6Bytes bytes_;
  std::size_t at_ = 0;
};

// REQUIRES: a checked program.
std::uint32_t run(Program program, AddressBits address) {
  std::uint32_t fallback = 0;
  for (;;) {
    const auto [opcode, value] = program.next();
    switch (opcode) {
      case Opcode::kReturn:
        return value;
      case Opcode::kJump:
        if (address.take(1) != 0) program.skip(value);
        break;
      case Opcode::kMatch: {
        const unsigned bits = match_bits(value);
        if (address.take(bits) != value - (1u << bits)) return fallback;
        break;
      }
      case Opcode::kDefault:
        fallback = value;
    }
  }
}

// Nothing where no AS could carry it.
std::optional<wire::Ipv6Bytes> looked_up(const wire::NetAddress& address) {
  if (const auto ipv4 = address.linked_ipv4()) return wire::NetAddress::ipv4(*ipv4).to_legacy();
  const wire::NetworkId network = address.network();
  if (network != wire::NetworkId::kIpv4 && network != wire::NetworkId::kIpv6) return std::nullopt;
  return address.to_legacy();
}

struct RuleRow {
  std::string_view name;
  std::string_view text;
};

constexpr RuleRow kRules[] = {
    {"too_large", "it is larger than a map of the whole internet"},
    {"cut_short", "it ends before its last instruction does"},
    {"jump_past_end", "a jump goes past its end"},
    {"too_many_bits", "it asks for more bits than an address has"},
    {"jumps_overlap", "a jump goes further than the one around it"},
    {"inside_instruction", "a jump goes into the middle of an instruction"},
    {"unreachable", "it has instructions that nothing leads to"},
    {"needless_default", "a default is never used"},
    {"needless_match", "two short matches could have been one"},
    {"padding", "something follows its last instruction"},
};

}  // namespace

std::string_view rule_name(AsmapRule rule) { return kRules[static_cast<std::size_t>(rule)].name; }
std::string_view rule_text(AsmapRule rule) { return kRules[static_cast<std::size_t>(rule)].text; }

Asmap::Asmap(ByteView file)
    : bits_(file.begin(), file.end()), end_(8 * file.size()), hash_(crypto::sha256(file)) {
  bits_.resize(file.size() + kBytesAfterEnd);
}

std::expected<Asmap, AsmapRule> Asmap::parse(ByteView file) {
  if (file.size() > kMaxAsmapBytes) return std::unexpected(AsmapRule::kTooLarge);
  Asmap map(file);
  if (const auto rule = Checker(Program(map.bits_.data(), map.end_)).check()) {
    return std::unexpected(*rule);
  }
  return map;
}

std::optional<std::uint32_t> Asmap::as_of(const wire::NetAddress& address) const {
  const auto bytes = looked_up(address);
  if (!bytes) return std::nullopt;
  const std::uint32_t as = run(Program(bits_.data(), end_), AddressBits(*bytes));
  return as == 0 ? std::nullopt : std::optional(as);
}

}  // namespace veilwire::addr

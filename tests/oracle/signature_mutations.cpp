// Signatures written in every way that history knew, and some that it did not.
#include <algorithm>
#include <array>
#include <optional>

#include "items.h"
#include "mutation.h"

namespace veilwire::oracle {
namespace {

// The order of the curve.
constexpr std::array<std::uint8_t, 32> kOrder = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
    0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41};

// A signature's two numbers with the most significant byte first, as DER has them.
struct Numbers {
  Bytes r;
  Bytes s;
  std::uint8_t type = 1;
};

std::optional<Numbers> numbers_of(const Bytes& signature) {
  const std::size_t r_bytes = signature[3];
  if (signature.size() < 8 + r_bytes) return std::nullopt;
  const std::size_t s_bytes = signature[5 + r_bytes];
  if (signature.size() != 7 + r_bytes + s_bytes) return std::nullopt;
  const auto at = [&](std::size_t place) {
    return signature.begin() + static_cast<std::ptrdiff_t>(place);
  };
  return Numbers{
      {at(4), at(4 + r_bytes)}, {at(6 + r_bytes), at(6 + r_bytes + s_bytes)}, signature.back()};
}

// How a length is written: in the shortest form, or in a longer one.
enum class LengthForm : std::uint8_t { kShort, kLong, kVeryLong };

void add_length(Bytes& out, std::size_t length, LengthForm form) {
  if (form == LengthForm::kLong) out.push_back(0x81);
  if (form == LengthForm::kVeryLong) out.insert(out.end(), {0x84, 0, 0, 0});
  out.push_back(static_cast<std::uint8_t>(length));
}

struct Forms {
  LengthForm outer = LengthForm::kShort;
  LengthForm r = LengthForm::kShort;
  LengthForm s = LengthForm::kShort;
  Bytes after{};  // the numbers
};

Bytes der_of(const Numbers& numbers, const Forms& forms = {}) {
  Bytes inner{2};
  add_length(inner, numbers.r.size(), forms.r);
  inner.insert(inner.end(), numbers.r.begin(), numbers.r.end());
  inner.push_back(2);
  add_length(inner, numbers.s.size(), forms.s);
  inner.insert(inner.end(), numbers.s.begin(), numbers.s.end());
  Bytes out{0x30};
  add_length(out, inner.size(), forms.outer);
  out.insert(out.end(), inner.begin(), inner.end());
  out.insert(out.end(), forms.after.begin(), forms.after.end());
  out.push_back(numbers.type);
  return out;
}

template <typename Change>
void rewrite(Bytes& signature, Change change) {
  if (auto numbers = numbers_of(signature)) signature = change(*numbers);
}

// order - s, which is as good. In the shortest form.
Bytes negated(const Bytes& s) {
  std::array<std::uint8_t, 32> result{};
  int borrow = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const int taken = i < s.size() ? s[s.size() - 1 - i] : 0;
    int digit = kOrder[31 - i] - taken - borrow;
    borrow = digit < 0 ? 1 : 0;
    result[31 - i] = static_cast<std::uint8_t>(digit + 256 * borrow);
  }
  Bytes out(result.begin(), result.end());
  if (out[0] >= 0x80) out.insert(out.begin(), 0);
  return out;
}

void high_s(Bytes& signature, Dice&) {
  rewrite(signature, [](Numbers numbers) {
    numbers.s = negated(numbers.s);
    return der_of(numbers);
  });
}
void padded(Bytes& signature, Dice& dice) {
  rewrite(signature, [&](Numbers numbers) {
    Bytes& padded = dice.one_in(2) ? numbers.r : numbers.s;
    padded.insert(padded.begin(), dice.pick<std::size_t>({1, 2, 30}), 0);
    return der_of(numbers);
  });
}
// Without the zero that keeps a number positive.
void negative(Bytes& signature, Dice& dice) {
  rewrite(signature, [&](Numbers numbers) {
    Bytes& number = dice.one_in(2) ? numbers.r : numbers.s;
    if (number.size() > 1 && number[0] == 0) {
      number.erase(number.begin());
    } else if (!number.empty()) {
      number[0] |= 0x80;
    }
    return der_of(numbers);
  });
}
void long_lengths(Bytes& signature, Dice& dice) {
  const auto form = [&] {
    return dice.pick({LengthForm::kShort, LengthForm::kLong, LengthForm::kVeryLong});
  };
  rewrite(signature,
          [&](const Numbers& numbers) { return der_of(numbers, {form(), form(), form(), {}}); });
}
void bytes_after(Bytes& signature, Dice& dice) {
  rewrite(signature, [&](const Numbers& numbers) {
    return der_of(numbers, {.after = dice.bytes(1 + dice.below(4))});
  });
}
void outer_length(Bytes& signature, Dice& dice) {
  signature[1] = static_cast<std::uint8_t>(signature[1] + dice.pick<int>({-1, 1, 0x7f, -40}));
}
void other_number(Bytes& signature, Dice& dice) {
  rewrite(signature, [&](Numbers numbers) {
    Bytes& number = dice.one_in(2) ? numbers.r : numbers.s;
    Bytes order(kOrder.begin(), kOrder.end());
    order.insert(order.begin(), 0);
    number = dice.pick<Bytes>({{}, {0}, {1}, order, Bytes(33, 0x7f), Bytes(40, 1), {0x80}, {0, 0}});
    return der_of(numbers);
  });
}
void other_tag(Bytes& signature, Dice& dice) {
  const std::size_t places[] = {0, 2, 4u + signature[3]};
  const std::size_t place = places[dice.below(3)];
  if (place < signature.size()) signature[place] = dice.byte();
}
void type_changed(Bytes& signature, Dice& dice) {
  if (signature.empty()) return;
  signature.back() = dice.pick<std::uint8_t>({0, 1, 2, 3, 4, 0x81, 0x82, 0x83, dice.byte()});
}
void no_type(Bytes& signature, Dice&) { signature.pop_back(); }
void emptied(Bytes& signature, Dice&) { signature.clear(); }
void length_changed(Bytes& signature, Dice& dice) {
  signature.resize(dice.pick<std::size_t>({0, 1, 8, 9, 63, 64, 65, 66, 70, 73, 74}), 0);
}
void bit_flipped(Bytes& signature, Dice& dice) {
  if (signature.empty()) return;
  signature[dice.below(signature.size())] ^= static_cast<std::uint8_t>(1u << dice.below(8));
}
// 65 bytes with the default type, which is refused, and 64 with another.
void explicit_default(Bytes& signature, Dice&) { signature.resize(65, 0); }

template <void (*kChange)(Bytes&, Dice&)>
void on_der(Workpiece& work) {
  Making& making = work.some_spender();
  change_item(making, work.dice(), looks_like_der, kChange);
  work.sign_dependants(making);
}
template <void (*kChange)(Bytes&, Dice&)>
void on_schnorr(Workpiece& work) {
  change_item(work.some_spender(), work.dice(), looks_like_schnorr, kChange);
}

constexpr Mutation kTable[] = {
    {"DER: high S", 4, Phase::kSigned, on_der<high_s>},
    {"DER: padded", 4, Phase::kSigned, on_der<padded>},
    {"DER: negative", 4, Phase::kSigned, on_der<negative>},
    {"DER: long lengths", 5, Phase::kSigned, on_der<long_lengths>},
    {"DER: bytes after it", 3, Phase::kSigned, on_der<bytes_after>},
    {"DER: outer length", 3, Phase::kSigned, on_der<outer_length>},
    {"DER: another number", 4, Phase::kSigned, on_der<other_number>},
    {"DER: another tag", 3, Phase::kSigned, on_der<other_tag>},
    {"DER: type", 3, Phase::kSigned, on_der<type_changed>},
    {"DER: no type", 2, Phase::kSigned, on_der<no_type>},
    {"DER: empty", 2, Phase::kSigned, on_der<emptied>},
    {"DER: length", 2, Phase::kSigned, on_der<length_changed>},
    {"DER: bit", 3, Phase::kSigned, on_der<bit_flipped>},
    {"Schnorr: type", 3, Phase::kSigned, on_schnorr<type_changed>},
    {"Schnorr: explicit default", 2, Phase::kSigned, on_schnorr<explicit_default>},
    {"Schnorr: empty", 2, Phase::kSigned, on_schnorr<emptied>},
    {"Schnorr: length", 3, Phase::kSigned, on_schnorr<length_changed>},
    {"Schnorr: bit", 3, Phase::kSigned, on_schnorr<bit_flipped>},
};

}  // namespace

std::span<const Mutation> signature_mutations() { return kTable; }

}  // namespace veilwire::oracle

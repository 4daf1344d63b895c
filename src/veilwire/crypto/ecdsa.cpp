#include "veilwire/crypto/ecdsa.h"

#include <secp256k1.h>

#include <algorithm>

namespace veilwire::crypto {
namespace {

constexpr std::uint8_t kSequenceTag = 0x30;
constexpr std::uint8_t kIntegerTag = 0x02;
constexpr std::uint8_t kLongForm = 0x80;  // of a length: so many bytes of length follow
// A length of four bytes or more was too much where a size_t had four.
constexpr std::size_t kMaxLengthBytes = 3;

// Takes bytes off the front of what is left.
class LaxReader {
 public:
  explicit LaxReader(ByteView bytes) : left_(bytes) {}

  bool skip_tag(std::uint8_t tag) {
    if (left_.empty() || left_.front() != tag) return false;
    left_ = left_.subspan(1);
    return true;
  }
  // A length of which nobody looks at the value.
  bool skip_length() {
    if (left_.empty()) return false;
    const std::uint8_t first = take();
    if ((first & kLongForm) == 0) return true;
    const std::size_t bytes = first - kLongForm;
    if (bytes > left_.size()) return false;
    left_ = left_.subspan(bytes);
    return true;
  }
  // A number without the zeros it begins with.
  std::optional<ByteView> integer() {
    if (!skip_tag(kIntegerTag)) return std::nullopt;
    const auto size = length();
    if (!size || *size > left_.size()) return std::nullopt;
    const ByteView number = left_.first(*size);
    left_ = left_.subspan(*size);
    const auto begin = std::ranges::find_if(number, [](std::uint8_t byte) { return byte != 0; });
    return ByteView(begin, number.end());
  }

 private:
  std::uint8_t take() {
    const std::uint8_t byte = left_.front();
    left_ = left_.subspan(1);
    return byte;
  }
  std::optional<std::size_t> length() {
    if (left_.empty()) return std::nullopt;
    const std::uint8_t first = take();
    if ((first & kLongForm) == 0) return first;
    std::size_t bytes = first - kLongForm;
    if (bytes > left_.size()) return std::nullopt;
    for (; bytes > 0 && left_.front() == 0; --bytes) take();
    if (bytes > kMaxLengthBytes) return std::nullopt;
    std::size_t value = 0;
    for (; bytes > 0; --bytes) value = value << 8 | take();
    return value;
  }

  ByteView left_;
};

// Zeros where a number is beyond the order.
std::optional<secp256k1_ecdsa_signature> parse(ByteView signature) {
  const auto compact = parse_lax_der(signature);
  if (!compact) return std::nullopt;
  secp256k1_ecdsa_signature parsed;
  if (secp256k1_ecdsa_signature_parse_compact(secp256k1_context_static, &parsed, compact->data()) !=
      1) {
    const CompactSignature zeros{};
    secp256k1_ecdsa_signature_parse_compact(secp256k1_context_static, &parsed, zeros.data());
  }
  return parsed;
}

}  // namespace

std::optional<CompactSignature> parse_lax_der(ByteView signature) {
  LaxReader reader(signature);
  if (!reader.skip_tag(kSequenceTag) || !reader.skip_length()) return std::nullopt;
  const auto r = reader.integer();
  if (!r) return std::nullopt;
  const auto s = reader.integer();
  if (!s) return std::nullopt;
  CompactSignature compact{};
  if (r->size() > 32 || s->size() > 32) return compact;
  std::ranges::copy(*r, compact.begin() + static_cast<std::ptrdiff_t>(32 - r->size()));
  std::ranges::copy(*s, compact.begin() + static_cast<std::ptrdiff_t>(64 - s->size()));
  return compact;
}

bool ecdsa_has_low_s(ByteView signature) {
  const auto parsed = parse(signature);
  return parsed &&
         secp256k1_ecdsa_signature_normalize(secp256k1_context_static, nullptr, &*parsed) == 0;
}

bool is_ecdsa_key_form(ByteView public_key) {
  if (public_key.empty()) return false;
  switch (public_key[0]) {
    case 2:
    case 3:
      return public_key.size() == 33;
    case 4:
    case 6:
    case 7:
      return public_key.size() == 65;
    default:
      return false;
  }
}

bool verify_ecdsa(ByteView public_key, ByteView signature, const Hash256& digest) {
  secp256k1_pubkey key;
  if (!is_ecdsa_key_form(public_key) ||
      secp256k1_ec_pubkey_parse(secp256k1_context_static, &key, public_key.data(),
                                public_key.size()) != 1) {
    return false;
  }
  auto parsed = parse(signature);
  if (!parsed) return false;
  secp256k1_ecdsa_signature_normalize(secp256k1_context_static, &*parsed, &*parsed);
  return secp256k1_ecdsa_verify(secp256k1_context_static, &*parsed, digest.data(), &key) == 1;
}

}  // namespace veilwire::crypto

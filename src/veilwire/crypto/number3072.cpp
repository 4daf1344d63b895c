#include "veilwire/crypto/number3072.h"

#include <openssl/bn.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "veilwire/base/endian.h"

namespace veilwire::crypto {
namespace {

__extension__ typedef unsigned __int128 Uint128;
using Limb = std::uint64_t;

constexpr Limb low_limb(Uint128 value) { return static_cast<Limb>(value); }
constexpr Limb high_limb(Uint128 value) { return static_cast<Limb>(value >> 64); }

// to += value. What is carried out of the last limb.
template <std::size_t N>
Limb add(Limb* to, const Limb* value) {
  Uint128 carry = 0;
  for (std::size_t i = 0; i < N; ++i) {
    carry += Uint128{to[i]} + value[i];
    to[i] = low_limb(carry);
    carry >>= 64;
  }
  return low_limb(carry);
}

// to -= value. 1 where something is borrowed beyond the last limb.
template <std::size_t N>
Limb subtract(Limb* to, const Limb* value) {
  Limb borrow = 0;
  for (std::size_t i = 0; i < N; ++i) {
    const Uint128 difference = Uint128{to[i]} - value[i] - borrow;
    to[i] = low_limb(difference);
    borrow = high_limb(difference) & 1;
  }
  return borrow;
}

// to += carry, which does not leave the number.
void add_carry(Limb* to, Limb carry) {
  for (; carry != 0; ++to) {
    const Uint128 sum = Uint128{*to} + carry;
    *to = low_limb(sum);
    carry = high_limb(sum);
  }
}

// out = |a - b|. Whether a < b.
template <std::size_t N>
bool distance(Limb* out, const Limb* a, const Limb* b) {
  const auto before = [](Limb left, Limb right) { return left < right; };
  const bool is_less =
      std::lexicographical_compare(std::reverse_iterator(a + N), std::reverse_iterator(a),
                                   std::reverse_iterator(b + N), std::reverse_iterator(b), before);
  std::copy_n(is_less ? b : a, N, out);
  subtract<N>(out, is_less ? a : b);
  return is_less;
}

// Column by column, so that each limb of the result is stored once.
template <std::size_t N>
void multiply_columns(Limb* __restrict out, const Limb* a, const Limb* b) {
  Uint128 sum = 0;
  Limb overflow = 0;
  for (std::size_t column = 0; column < 2 * N - 1; ++column) {
    const std::size_t first = column < N ? 0 : column - N + 1;
    const std::size_t end = std::min(column + 1, N);
    for (std::size_t i = first; i < end; ++i) {
      const Uint128 product = Uint128{a[i]} * b[column - i];
      sum += product;
      overflow += sum < product ? 1 : 0;
    }
    out[column] = low_limb(sum);
    sum = sum >> 64 | Uint128{overflow} << 64;
    overflow = 0;
  }
  out[2 * N - 1] = low_limb(sum);
}

// Karatsuba: with halves l and h, a * b = ll + 2^n (ll + hh - (al - ah)(bl - bh)) + 2^2n hh, three
// multiplications instead of four. Below kColumnLimbs the columns are faster.
constexpr std::size_t kColumnLimbs = 12;

template <std::size_t N>
void multiply(Limb* __restrict out, const Limb* a, const Limb* b) {
  if constexpr (N <= kColumnLimbs) {
    multiply_columns<N>(out, a, b);
  } else {
    constexpr std::size_t kHalf = N / 2;
    static_assert(2 * kHalf == N);
    Limb a_distance[kHalf];
    Limb b_distance[kHalf];
    Limb product[N];
    const bool a_less = distance<kHalf>(a_distance, a, a + kHalf);
    const bool b_less = distance<kHalf>(b_distance, b, b + kHalf);
    multiply<kHalf>(product, a_distance, b_distance);
    multiply<kHalf>(out, a, b);
    multiply<kHalf>(out + N, a + kHalf, b + kHalf);
    Limb middle[N];
    std::copy_n(out, N, middle);
    Limb carry = add<N>(middle, out + N);
    carry =
        a_less == b_less ? carry - subtract<N>(middle, product) : carry + add<N>(middle, product);
    carry += add<N>(out + kHalf, middle);
    add_carry(out + kHalf + N, carry);
  }
}

// 2^3072 is kGap modulo the prime. `product` has 2 N limbs; N are left.
template <std::size_t N>
void fold(Limb* out, const Limb* product) {
  Uint128 carry = 0;
  for (std::size_t i = 0; i < N; ++i) {
    carry += Uint128{product[N + i]} * Number3072::kGap + product[i];
    out[i] = low_limb(carry);
    carry >>= 64;
  }
  while (carry != 0) {
    carry *= Number3072::kGap;
    for (std::size_t i = 0; i < N && carry != 0; ++i) {
      carry += out[i];
      out[i] = low_limb(carry);
      carry >>= 64;
    }
  }
}

struct FreeNumber {
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
};
using BigNumber = std::unique_ptr<BIGNUM, FreeNumber>;

template <typename T>
std::unique_ptr<T, FreeNumber> owned(T* made) {
  if (made == nullptr) throw std::bad_alloc();
  return std::unique_ptr<T, FreeNumber>(made);
}

BigNumber prime() {
  auto prime = owned(BN_new());
  if (BN_set_bit(prime.get(), 8 * Number3072::kBytes) != 1 ||
      BN_sub_word(prime.get(), Number3072::kGap) != 1) {
    throw std::bad_alloc();
  }
  return prime;
}

}  // namespace

Number3072 Number3072::one() {
  Number3072 one;
  one.limbs_[0] = 1;
  return one;
}

Number3072 Number3072::from_bytes(std::span<const std::uint8_t, kBytes> bytes) {
  Number3072 number;
  for (std::size_t i = 0; i < kLimbs; ++i) {
    number.limbs_[i] = load_le<Limb>(bytes.data() + 8 * i);
  }
  return number;
}

std::array<std::uint8_t, Number3072::kBytes> Number3072::bytes() const {
  // It is beyond the prime where the gap takes it beyond 2^3072, and what is left then is the rest.
  std::array<Limb, kLimbs> rest = limbs_;
  const std::array<Limb, kLimbs> gap{kGap};
  const bool is_beyond = add<kLimbs>(rest.data(), gap.data()) != 0;
  const auto& limbs = is_beyond ? rest : limbs_;
  std::array<std::uint8_t, kBytes> out;
  for (std::size_t i = 0; i < kLimbs; ++i) store_le(out.data() + 8 * i, limbs[i]);
  return out;
}

Number3072& Number3072::operator*=(const Number3072& factor) {
  Limb product[2 * kLimbs];
  multiply<kLimbs>(product, limbs_.data(), factor.limbs_.data());
  fold<kLimbs>(limbs_.data(), product);
  return *this;
}

Number3072 Number3072::inverse() const {
  auto reduced = bytes();
  const auto context = owned(BN_CTX_new());
  const auto number = owned(BN_lebin2bn(reduced.data(), kBytes, nullptr));
  if (BN_is_zero(number.get()) == 1) return {};
  const auto inverse = owned(BN_mod_inverse(nullptr, number.get(), prime().get(), context.get()));
  BN_bn2lebinpad(inverse.get(), reduced.data(), kBytes);
  return from_bytes(reduced);
}

}  // namespace veilwire::crypto

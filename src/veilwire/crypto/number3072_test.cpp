#include "veilwire/crypto/number3072.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>

#include <memory>

#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

using NumberBytes = std::array<std::uint8_t, Number3072::kBytes>;

// The same by OpenSSL.
class Oracle {
 public:
  Oracle() : context_(BN_CTX_new(), BN_CTX_free) {
    BN_set_bit(prime_.get(), 3072);
    BN_sub_word(prime_.get(), 1'103'717);
  }

  NumberBytes product(const NumberBytes& a, const NumberBytes& b) {
    const Number left = of(a);
    const Number right = of(b);
    BN_mod_mul(left.get(), left.get(), right.get(), prime_.get(), context_.get());
    return bytes(left);
  }
  // The prime, and `more` beyond it.
  NumberBytes prime_and(std::uint64_t more) const {
    const Number sum(BN_dup(prime_.get()), BN_free);
    BN_add_word(sum.get(), more);
    return bytes(sum);
  }
  NumberBytes prime_less(std::uint64_t less) const {
    const Number rest(BN_dup(prime_.get()), BN_free);
    BN_sub_word(rest.get(), less);
    return bytes(rest);
  }

 private:
  using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

  static Number of(const NumberBytes& bytes) {
    return {BN_lebin2bn(bytes.data(), Number3072::kBytes, nullptr), BN_free};
  }
  static NumberBytes bytes(const Number& number) {
    NumberBytes out;
    BN_bn2lebinpad(number.get(), out.data(), out.size());
    return out;
  }

  std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context_;
  Number prime_{BN_new(), BN_free};
};

NumberBytes our_product(const NumberBytes& a, const NumberBytes& b) {
  auto product = Number3072::from_bytes(a);
  product *= Number3072::from_bytes(b);
  return product.bytes();
}

// Runs of ones and zeros, which carry far, among limbs at random.
NumberBytes rough_number(RandomBytes& random) {
  NumberBytes bytes = random.array<Number3072::kBytes>();
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    const std::size_t kind = random.below(3);
    if (kind < 2)
      std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(i), 8, kind == 0 ? 0 : 255);
  }
  return bytes;
}

TEST(Number3072, MultipliesAsTheOracleDoes) {
  Oracle oracle;
  RandomBytes random(1);
  for (int i = 0; i < 500; ++i) {
    const auto a = random.array<Number3072::kBytes>();
    const auto b = i % 2 == 0 ? random.array<Number3072::kBytes>() : rough_number(random);
    EXPECT_EQ(our_product(a, b), oracle.product(a, b));
    const auto c = rough_number(random);
    EXPECT_EQ(our_product(c, b), oracle.product(c, b));
  }
}

TEST(Number3072, MultipliesNumbersAroundThePrimeAndTheLargest) {
  Oracle oracle;
  std::vector<NumberBytes> numbers;
  for (const std::uint64_t distance : {0u, 1u, 2u, 1'103'716u}) {
    numbers.push_back(oracle.prime_less(distance));
    numbers.push_back(oracle.prime_and(distance));
  }
  NumberBytes small{};
  numbers.push_back(small);
  small[0] = 2;
  numbers.push_back(small);
  for (const NumberBytes& a : numbers) {
    for (const NumberBytes& b : numbers) EXPECT_EQ(our_product(a, b), oracle.product(a, b));
  }
}

TEST(Number3072, IsGivenBackBelowThePrime) {
  const Oracle oracle;
  const auto below = oracle.prime_less(1);
  EXPECT_EQ(Number3072::from_bytes(below).bytes(), below);
  EXPECT_EQ(Number3072::from_bytes(oracle.prime_and(0)).bytes(), NumberBytes{});
  EXPECT_EQ(Number3072::from_bytes(oracle.prime_and(7)).bytes(), NumberBytes{7});
  NumberBytes largest;
  largest.fill(0xff);
  EXPECT_EQ(largest, oracle.prime_and(1'103'716));
}

TEST(Number3072, TimesItsInverseIsOne) {
  RandomBytes random(2);
  for (int i = 0; i < 20; ++i) {
    auto number = Number3072::from_bytes(random.array<Number3072::kBytes>());
    number *= number.inverse();
    EXPECT_EQ(number.bytes(), Number3072::one().bytes());
  }
  const auto beyond = Number3072::from_bytes(Oracle().prime_and(1));
  EXPECT_EQ(beyond.inverse().bytes(), Number3072::one().bytes());
}

TEST(Number3072, ZeroHasNoInverse) {
  EXPECT_EQ(Number3072().inverse().bytes(), NumberBytes{});
  EXPECT_EQ(Number3072::from_bytes(Oracle().prime_and(0)).inverse().bytes(), NumberBytes{});
}

}  // namespace
}  // namespace veilwire::crypto

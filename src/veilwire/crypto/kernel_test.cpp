#include "veilwire/crypto/kernel.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "veilwire/crypto/hash_kernel.h"

namespace veilwire::crypto {
namespace {

// The rules are the same for both kinds; what differs is said here.
struct Ciphers {
  static constexpr const char* kVariable = "VEILWIRE_CRYPTO";
  static auto usable() { return usable_kernels(); }
  static auto* find(std::string_view name) { return find_kernel(name); }
  static auto& active() { return active_kernel(); }
  static bool is_taken_unasked(std::string_view name) { return name != "openssl"; }
  static bool has(std::string_view name) { return name != "shani"; }
};
struct Hashes {
  static constexpr const char* kVariable = "VEILWIRE_HASHES";
  static auto usable() { return usable_hash_kernels(); }
  static auto* find(std::string_view name) { return find_hash_kernel(name); }
  static auto& active() { return active_hash_kernel(); }
  static bool is_taken_unasked(std::string_view) { return true; }
  static bool has(std::string_view) { return true; }
};

template <typename Kind>
class KernelTest : public testing::Test {};
using Kinds = testing::Types<Ciphers, Hashes>;
struct NameOfKind {
  template <typename Kind>
  static std::string GetName(int) {
    return std::is_same_v<Kind, Ciphers> ? "Ciphers" : "Hashes";
  }
};
TYPED_TEST_SUITE(KernelTest, Kinds, NameOfKind);

TYPED_TEST(KernelTest, IsAlwaysThePortableOneWhereNoOtherIsUsable) {
  ASSERT_FALSE(TypeParam::usable().empty());
  EXPECT_EQ(kernel_name(*TypeParam::usable().front()), "portable");
}

// A kernel whose self-test fails is not usable, and no other test would miss it.
TYPED_TEST(KernelTest, IsUsableWhereTheProcessorHasItsInstructions) {
  EXPECT_NE(TypeParam::find("openssl"), nullptr);
#if defined(__x86_64__)
  std::map<std::string_view, bool> expected;
#define KERNEL_NEEDS(kernel, feature) \
  expected.try_emplace(#kernel, true).first->second &= __builtin_cpu_supports(feature) != 0;
#include "veilwire/crypto/kernels/kernel_needs.inc"
#undef KERNEL_NEEDS
  EXPECT_TRUE(expected.contains("avx2") && expected.contains("avx512"));
  for (const auto& [kernel, is_here] : expected) {
    if (!TypeParam::has(kernel)) continue;
    EXPECT_EQ(TypeParam::find(kernel) != nullptr, is_here) << kernel;
  }
#endif
}

TEST(Kernel, OfTheArchitecturesBaselineIsUsable) {
#if defined(__x86_64__)
  EXPECT_NE(find_kernel("sse2"), nullptr);
#elif defined(__aarch64__)
  EXPECT_NE(find_kernel("neon"), nullptr);
#endif
}

TYPED_TEST(KernelTest, IsFoundByItsName) {
  std::set<std::string_view> names;
  for (const auto* kernel : TypeParam::usable()) {
    EXPECT_EQ(TypeParam::find(kernel_name(*kernel)), kernel);
    EXPECT_TRUE(names.insert(kernel_name(*kernel)).second) << kernel_name(*kernel);
  }
}

TYPED_TEST(KernelTest, IsNotFoundByAnotherName) {
  for (const std::string_view name : {"", "Portable", "portable ", "avx", "none"}) {
    EXPECT_EQ(TypeParam::find(name), nullptr) << name;
  }
}

TYPED_TEST(KernelTest, IsTheOneToldToBeUsed) {
  const auto& before = TypeParam::active();
  for (const auto* kernel : TypeParam::usable()) {
    use_kernel(*kernel);
    EXPECT_EQ(&TypeParam::active(), kernel);
  }
  use_kernel(before);
}

// The choice is made once in a process, so that each of these needs one of its own.
template <typename Kind>
class KernelChoiceDeathTest : public testing::Test {
 protected:
  void SetUp() override {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
#if defined(VEILWIRE_EMULATED)
    GTEST_SKIP() << "the choice is made once a process, and an emulated one cannot start another";
#endif
  }
};
TYPED_TEST_SUITE(KernelChoiceDeathTest, Kinds, NameOfKind);

template <typename Kind>
[[noreturn]] void exit_with_choice_for(const char* wanted, std::string_view expected) {
  setenv(Kind::kVariable, wanted, 1);
  std::_Exit(kernel_name(Kind::active()) == expected ? 0 : 1);
}

template <typename Kind>
std::string best_of_ours() {
  std::string best;
  for (const auto* kernel : Kind::usable()) {
    if (Kind::is_taken_unasked(kernel_name(*kernel))) best = kernel_name(*kernel);
  }
  return best;
}

TYPED_TEST(KernelChoiceDeathTest, IsForcedByTheEnvironment) {
  for (const auto* kernel : TypeParam::usable()) {
    const std::string name(kernel_name(*kernel));
    EXPECT_EXIT(exit_with_choice_for<TypeParam>(name.c_str(), name), testing::ExitedWithCode(0), "")
        << name;
  }
}

TYPED_TEST(KernelChoiceDeathTest, SaysSoWhereTheEnvironmentNamesAnUnusableOne) {
  const std::string best = best_of_ours<TypeParam>();
  EXPECT_EXIT(exit_with_choice_for<TypeParam>("nonsense", best), testing::ExitedWithCode(0),
              std::string(TypeParam::kVariable) +
                  " is .nonsense., which is not a kernel .* it has portable, .*; using " + best);
}

TYPED_TEST(KernelChoiceDeathTest, IsTheBestOfOursWhereTheEnvironmentIsSilent) {
  const std::string best = best_of_ours<TypeParam>();
  EXPECT_EXIT(exit_with_choice_for<TypeParam>("", best), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace veilwire::crypto

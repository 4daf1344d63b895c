#include "veilwire/crypto/kernel.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>

namespace veilwire::crypto {
namespace {

TEST(Kernel, IsAlwaysThePortableOneWhereNoOtherIsUsable) {
  ASSERT_FALSE(usable_kernels().empty());
  EXPECT_EQ(kernel_name(*usable_kernels().front()), "portable");
}

// A kernel whose self-test fails is not usable, and no other test would miss it.
TEST(Kernel, IsUsableWhereTheProcessorHasItsInstructions) {
  EXPECT_NE(find_kernel("openssl"), nullptr);
#if defined(__x86_64__)
  EXPECT_NE(find_kernel("sse2"), nullptr);
  std::map<std::string_view, bool> expected;
#define KERNEL_NEEDS(kernel, feature) \
  expected.try_emplace(#kernel, true).first->second &= __builtin_cpu_supports(feature) != 0;
#include "veilwire/crypto/kernels/kernel_needs.inc"
#undef KERNEL_NEEDS
  EXPECT_TRUE(expected.contains("avx2") && expected.contains("avx512"));
  for (const auto& [kernel, is_here] : expected) {
    EXPECT_EQ(find_kernel(kernel) != nullptr, is_here) << kernel;
  }
#elif defined(__aarch64__)
  EXPECT_NE(find_kernel("neon"), nullptr);
#endif
}

TEST(Kernel, IsFoundByItsName) {
  std::set<std::string_view> names;
  for (const Kernel* kernel : usable_kernels()) {
    EXPECT_EQ(find_kernel(kernel_name(*kernel)), kernel);
    EXPECT_TRUE(names.insert(kernel_name(*kernel)).second) << kernel_name(*kernel);
  }
}

TEST(Kernel, IsNotFoundByAnotherName) {
  for (const std::string_view name : {"", "Portable", "portable ", "avx", "none"}) {
    EXPECT_EQ(find_kernel(name), nullptr) << name;
  }
}

TEST(Kernel, IsTheOneToldToBeUsed) {
  const Kernel& before = active_kernel();
  for (const Kernel* kernel : usable_kernels()) {
    use_kernel(*kernel);
    EXPECT_EQ(&active_kernel(), kernel);
  }
  use_kernel(before);
}

// The choice is made once in a process, so that each of these needs one of its own.
class KernelChoice : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};
class KernelChoiceDeathTest : public KernelChoice {
 protected:
  void SetUp() override {
    KernelChoice::SetUp();
#if defined(VEILWIRE_EMULATED)
    GTEST_SKIP() << "the choice is made once a process, and an emulated one cannot start another";
#endif
  }
};

[[noreturn]] void exit_with_choice_for(const char* wanted, std::string_view expected) {
  setenv("VEILWIRE_CRYPTO", wanted, 1);
  std::_Exit(kernel_name(active_kernel()) == expected ? 0 : 1);
}

TEST_F(KernelChoiceDeathTest, IsForcedByTheEnvironment) {
  for (const Kernel* kernel : usable_kernels()) {
    const std::string name(kernel_name(*kernel));
    EXPECT_EXIT(exit_with_choice_for(name.c_str(), name), testing::ExitedWithCode(0), "") << name;
  }
}

TEST_F(KernelChoiceDeathTest, SaysSoWhereTheEnvironmentNamesAnUnusableOne) {
  const auto best_but_said = [] {
    unsetenv("VEILWIRE_CRYPTO");
    setenv("VEILWIRE_CRYPTO", "nonsense", 1);
    const std::string_view used = kernel_name(active_kernel());
    std::_Exit(used != "openssl" && !used.empty() ? 0 : 1);
  };
  EXPECT_EXIT(
      best_but_said(), testing::ExitedWithCode(0),
      "VEILWIRE_CRYPTO is .nonsense., which is not a kernel .* it has portable, .*; using ");
}

TEST_F(KernelChoiceDeathTest, IsTheBestOfOursWhereTheEnvironmentIsSilent) {
  std::string best;
  for (const Kernel* kernel : usable_kernels()) {
    if (kernel_name(*kernel) != "openssl") best = kernel_name(*kernel);
  }
  EXPECT_EXIT(exit_with_choice_for("", best), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace veilwire::crypto

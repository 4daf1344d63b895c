#include "veilwire/crypto/system_entropy.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace veilwire::crypto {
namespace {

TEST(SystemEntropy, FillsTheWholeBuffer) {
  SystemEntropy entropy;
  // Each of these bytes stays zero in all of 64 draws once in 2^512.
  std::array<std::uint8_t, 100> seen{};
  for (int draw = 0; draw < 64; ++draw) {
    std::array<std::uint8_t, 100> bytes{};
    ASSERT_TRUE(entropy.fill(bytes).has_value());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      seen[i] = static_cast<std::uint8_t>(seen[i] | bytes[i]);
    }
  }
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_NE(seen[i], 0) << i;
}

TEST(SystemEntropy, TakesAnEmptyBuffer) {
  SystemEntropy entropy;
  EXPECT_TRUE(entropy.fill({}).has_value());
}

TEST(SystemEntropy, GivesOtherBytesToEachProcessAfterAFork) {
  SystemEntropy entropy;
  std::array<std::uint8_t, 32> here{}, there{};
  ASSERT_TRUE(entropy.fill(here).has_value());
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    const bool sent = entropy.fill(there).has_value() &&
                      write(ends[1], there.data(), there.size()) == ssize_t{32};
    _exit(sent ? 0 : 1);
  }
  EXPECT_TRUE(entropy.fill(here).has_value());
  EXPECT_EQ(read(ends[0], there.data(), there.size()), ssize_t{32});
  int status = -1;
  waitpid(child, &status, 0);
  close(ends[0]);
  close(ends[1]);
  EXPECT_EQ(status, 0);
  EXPECT_NE(here, there);
}

}  // namespace
}  // namespace veilwire::crypto

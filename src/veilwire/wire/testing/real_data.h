// Real blocks, headers and vectors, where VEILWIRE_TEST_DATA has them.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "veilwire/base/bytes.h"

namespace veilwire::wire::testing {

// `file` as it is named under VEILWIRE_TEST_DATA: "data/mainnet_block_866342.bin".
inline std::optional<Bytes> read_real(const std::string& file) {
  std::ifstream in(std::string(VEILWIRE_TEST_DATA "/") + file, std::ios::binary);
  if (!in) return std::nullopt;
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

// Declares `Bytes name`, or skips the test and says what is missing.
#define VEILWIRE_READ_REAL_OR_SKIP(name, file)                                          \
  const auto name##_file = ::veilwire::wire::testing::read_real(file);                  \
  if (!name##_file) GTEST_SKIP() << "no " << (file) << " under " << VEILWIRE_TEST_DATA; \
  const ::veilwire::Bytes& name = *name##_file

}  // namespace veilwire::wire::testing

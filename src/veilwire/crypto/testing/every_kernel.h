// Runs a test once for every kernel that this machine can run.
//
//   class Aead : public EveryKernel {};
//   VEILWIRE_FOR_EVERY_KERNEL(Aead);
//   TEST_P(Aead, SealsEmptyTexts) { ... }
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "veilwire/crypto/kernel.h"

namespace veilwire::crypto {

class EveryKernel : public testing::TestWithParam<const Kernel*> {
 protected:
  EveryKernel() : before_(active_kernel()) { use_kernel(*GetParam()); }
  ~EveryKernel() override { use_kernel(before_); }

 private:
  const Kernel& before_;
};

inline std::string name_of_kernel(const testing::TestParamInfo<const Kernel*>& info) {
  return std::string(kernel_name(*info.param));
}

}  // namespace veilwire::crypto

#define VEILWIRE_FOR_EVERY_KERNEL(suite)                                                          \
  INSTANTIATE_TEST_SUITE_P(Kernels, suite, testing::ValuesIn(veilwire::crypto::usable_kernels()), \
                           veilwire::crypto::name_of_kernel)

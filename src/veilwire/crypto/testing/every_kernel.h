// Runs a test once for every kernel that this machine can run.
//
//   class Aead : public EveryKernel {};
//   VEILWIRE_FOR_EVERY_KERNEL(Aead);
//   TEST_P(Aead, SealsEmptyTexts) { ... }
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "veilwire/crypto/hash_kernel.h"
#include "veilwire/crypto/kernel.h"

namespace veilwire::crypto {

class EveryKernel : public testing::TestWithParam<const Kernel*> {
 protected:
  EveryKernel() : before_(active_kernel()) { use_kernel(*GetParam()); }
  ~EveryKernel() override { use_kernel(before_); }

 private:
  const Kernel& before_;
};

// The same for the kernels of hashes.
class EveryHashKernel : public testing::TestWithParam<const HashKernel*> {
 protected:
  EveryHashKernel() : before_(active_hash_kernel()) { use_kernel(*GetParam()); }
  ~EveryHashKernel() override { use_kernel(before_); }

 private:
  const HashKernel& before_;
};

template <typename AnyKernel>
std::string name_of_kernel(const testing::TestParamInfo<const AnyKernel*>& info) {
  return std::string(kernel_name(*info.param));
}

}  // namespace veilwire::crypto

#define VEILWIRE_FOR_EVERY_KERNEL(suite)                                                          \
  INSTANTIATE_TEST_SUITE_P(Kernels, suite, testing::ValuesIn(veilwire::crypto::usable_kernels()), \
                           veilwire::crypto::name_of_kernel<veilwire::crypto::Kernel>)

#define VEILWIRE_FOR_EVERY_HASH_KERNEL(suite)                                          \
  INSTANTIATE_TEST_SUITE_P(Kernels, suite,                                             \
                           testing::ValuesIn(veilwire::crypto::usable_hash_kernels()), \
                           veilwire::crypto::name_of_kernel<veilwire::crypto::HashKernel>)

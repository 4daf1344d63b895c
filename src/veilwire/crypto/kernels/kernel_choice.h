// The choice among the kernels of one kind, ciphers' or hashes': made once, at first use, by what the
// processor has and by a self-test. Private to crypto, and for files without instruction sets of
// their own.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/base/escape.h"

namespace veilwire::crypto {

template <typename AnyKernel>
struct KernelKind {
  // Of the environment: names the kernel to take.
  const char* variable;
  // From the slowest to the fastest. The first runs everywhere and is trusted.
  std::span<const AnyKernel* const> candidates;
  bool (*passes_self_test)(const AnyKernel&);
  // False for one that is taken only by name; it is not even tested until then.
  bool (*may_be_taken_unasked)(const AnyKernel&);
};

// Asked here and not in the kernel's own file, which is compiled for what is being asked about.
inline bool processor_has_what_is_needed_by([[maybe_unused]] std::string_view kernel) {
#define KERNEL_NEEDS(name_of_kernel, feature) \
  if (kernel == #name_of_kernel && !__builtin_cpu_supports(feature)) return false;
#include "veilwire/crypto/kernels/kernel_needs.inc"
#undef KERNEL_NEEDS
  return true;
}

// `kKind` is a KernelKind; there is one choice for each.
template <typename AnyKernel, const KernelKind<AnyKernel>& kKind>
class KernelChoice {
 public:
  static const AnyKernel& active() {
    const AnyKernel* kernel = chosen().load(std::memory_order_acquire);
    if (kernel == nullptr) {
      static const AnyKernel& first = choose();
      kernel = &first;
      chosen().store(kernel, std::memory_order_release);
    }
    return *kernel;
  }

  static std::span<const AnyKernel* const> usable() {
    static const std::vector<const AnyKernel*> kernels = [] {
      std::vector<const AnyKernel*> found;
      for (const AnyKernel* kernel : kKind.candidates) {
        if (is_usable(*kernel)) found.push_back(kernel);
      }
      return found;
    }();
    return kernels;
  }

  static const AnyKernel* find(std::string_view name) {
    for (const AnyKernel* kernel : kKind.candidates) {
      if (kernel->name == name) return is_usable(*kernel) ? kernel : nullptr;
    }
    return nullptr;
  }

  static void use(const AnyKernel& kernel) { chosen().store(&kernel, std::memory_order_release); }

 private:
  static std::atomic<const AnyKernel*>& chosen() {
    static std::atomic<const AnyKernel*> kernel = nullptr;
    return kernel;
  }

  static bool is_usable(const AnyKernel& kernel) {
    return processor_has_what_is_needed_by(kernel.name) && kKind.passes_self_test(kernel);
  }

  static const AnyKernel& best() {
    for (const AnyKernel* kernel : std::views::reverse(kKind.candidates)) {
      if (kKind.may_be_taken_unasked(*kernel) && is_usable(*kernel)) return *kernel;
    }
    return *kKind.candidates.front();
  }

  static const AnyKernel& choose() {
    const char* wanted = std::getenv(kKind.variable);
    if (wanted == nullptr || *wanted == '\0') return best();
    if (const AnyKernel* kernel = find(wanted)) return *kernel;
    const AnyKernel& taken = best();
    std::fprintf(stderr,
                 "veilwire: %s is %s, which is not a kernel that this machine can run: it has %s; "
                 "using %s\n",
                 kKind.variable, quote_foreign(wanted).c_str(), usable_names().c_str(),
                 std::string(taken.name).c_str());
    return taken;
  }

  // "portable, sse2, openssl".
  static std::string usable_names() {
    std::string names;
    for (const AnyKernel* kernel : usable()) {
      if (!names.empty()) names += ", ";
      names += kernel->name;
    }
    return names;
  }
};

}  // namespace veilwire::crypto

#include "veilwire/crypto/kernel.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "veilwire/crypto/kernels/poly1305_scalar.h"

namespace veilwire::crypto {
namespace {

// Asked here and not in a kernel's own file, which is compiled for what is being asked about.
bool runs_anywhere() { return true; }
#if defined(__x86_64__)
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"); }
bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("bmi2");
}
#endif

struct Candidate {
  const Kernel* kernel;
  bool (*runs_here)();
};

// From the slowest to the fastest; OpenSSL's stands last and is taken only by name.
constexpr Candidate kCandidates[] = {
    {&kPortableKernel, runs_anywhere},
#if defined(__x86_64__)
    {&kSse2Kernel, runs_anywhere},     {&kAvx2Kernel, has_avx2}, {&kAvx512Kernel, has_avx512},
#endif
#if defined(__aarch64__)
    {&kNeonKernel, runs_anywhere},
#endif
    {&kOpenSslKernel, runs_anywhere},
};

// Long enough to pass through every width that a kernel has, with a tail of 5 bytes.
constexpr std::size_t kSelfTestBytes = 4096 + 1024 + 64 + 5;

struct SelfTestResult {
  std::vector<std::uint8_t> encrypted;
  std::vector<std::uint8_t> blocks;
  std::array<std::array<std::uint8_t, 16>, 12> tags;

  bool operator==(const SelfTestResult&) const = default;
};

SelfTestResult run_self_test(const Kernel& kernel) {
  std::vector<std::uint8_t> text(kSelfTestBytes);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<std::uint8_t>(~i * 7 >> 2);
  const std::vector<std::uint8_t> key(text.begin() + 100, text.begin() + 132);
  const ChaChaInput input{.key32 = key.data(), .counter = 0xfffffff0, .nonce = {9, 10, 11}};
  SelfTestResult result;

  result.encrypted.resize(text.size());
  Poly1305State mac;
  poly1305_begin(mac, text.data());
  kernel.encrypt_and_mac(input, mac, text.data(), result.encrypted.data(), text.size());
  kernel.mac_and_decrypt(input, mac, result.encrypted.data(), text.data(), text.size());
  kernel.poly1305(mac, text.data(), text.size() / 16);
  poly1305_end(mac, text.data(), result.tags[0].data());

  BlockPosition positions[21];
  for (std::uint32_t i = 0; i < 21; ++i) positions[i] = {.counter = i % 3, .packet = i / 3};
  result.blocks.resize(21 * kBlockBytes);
  kernel.keystream(input, positions, 21, result.blocks.data());

  Poly1305Job jobs[11];
  for (std::size_t i = 0; i < 11; ++i) {
    jobs[i] = {text.data() + 32 * i, text.data(), 5 + 47 * i, result.tags[i + 1].data()};
  }
  kernel.poly1305_many(jobs, 11);
  return result;
}

bool passes_self_test(const Kernel& kernel) {
  static const SelfTestResult expected = run_self_test(kPortableKernel);
  return run_self_test(kernel) == expected;
}

const std::vector<const Kernel*>& usable() {
  static const std::vector<const Kernel*> kernels = [] {
    std::vector<const Kernel*> found;
    for (const auto& [kernel, runs_here] : kCandidates) {
      if (runs_here() && passes_self_test(*kernel)) found.push_back(kernel);
    }
    return found;
  }();
  return kernels;
}

const Kernel& best_kernel() {
  const Kernel* best = &kPortableKernel;
  for (const Kernel* kernel : usable()) {
    if (kernel->whole == nullptr) best = kernel;
  }
  return *best;
}

const Kernel& choose_kernel() {
  const char* wanted = std::getenv("VEILWIRE_CRYPTO");
  if (wanted == nullptr || *wanted == '\0') return best_kernel();
  if (const Kernel* kernel = find_kernel(wanted)) return *kernel;
  const Kernel& best = best_kernel();
  std::fprintf(stderr,
               "veilwire: VEILWIRE_CRYPTO names a kernel that is not usable here; using %.*s\n",
               static_cast<int>(best.name.size()), best.name.data());
  return best;
}

std::atomic<const Kernel*> chosen = nullptr;

}  // namespace

const Kernel& active_kernel() {
  const Kernel* kernel = chosen.load(std::memory_order_acquire);
  if (kernel == nullptr) {
    static const Kernel& first = choose_kernel();
    kernel = &first;
    chosen.store(kernel, std::memory_order_release);
  }
  return *kernel;
}

std::string_view kernel_name(const Kernel& kernel) { return kernel.name; }

std::span<const Kernel* const> usable_kernels() { return usable(); }

const Kernel* find_kernel(std::string_view name) {
  for (const Kernel* kernel : usable()) {
    if (kernel->name == name) return kernel;
  }
  return nullptr;
}

void use_kernel(const Kernel& kernel) { chosen.store(&kernel, std::memory_order_release); }

}  // namespace veilwire::crypto

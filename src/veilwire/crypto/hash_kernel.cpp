#include "veilwire/crypto/hash_kernel.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "veilwire/crypto/kernels/hash_table.h"
#include "veilwire/crypto/kernels/kernel_choice.h"
#include "veilwire/crypto/kernels/sha256_numbers.h"

namespace veilwire::crypto {
namespace {

// From the slowest to the fastest, as measured (docs/performance.md).
constexpr const HashKernel* kCandidates[] = {
    &kPortableHashKernel, &kOpenSslHashKernel,
#if defined(__x86_64__)
    &kAvx2HashKernel,     &kShaNiHashKernel,   &kAvx512HashKernel,
#endif
};

// Enough for every kernel's lanes, several blocks in each.
constexpr std::size_t kInputs = kMostLanes;
constexpr std::size_t kBlocks = 3;
constexpr std::size_t kInputBytes = kBlocks * kHashBlockBytes;

struct SelfTestResult {
  std::array<std::uint8_t, kInputs * kDigestBytes> of_states;
  std::array<std::uint8_t, kInputs * kDigestBytes> of_rows;

  bool operator==(const SelfTestResult&) const = default;
};

using States = std::array<std::uint32_t, kStateWords * kMostLanes>;

States initial_states(std::size_t lanes) {
  States states{};
  for (std::size_t i = 0; i < kStateWords * lanes; ++i) states[i] = kInitialState[i % kStateWords];
  return states;
}

SelfTestResult run_self_test(const HashKernel& kernel) {
  std::vector<std::uint8_t> text(kInputs * kInputBytes);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<std::uint8_t>(~i * 7 >> 2);
  SelfTestResult result{};
  for (std::size_t first = 0; first < kInputs; first += kernel.lanes) {
    const std::uint8_t* blocks[kMostLanes];
    for (std::size_t i = 0; i < kernel.lanes; ++i) {
      blocks[i] = text.data() + (first + i) * kInputBytes;
    }
    States states = initial_states(kernel.lanes);
    kernel.compress(states.data(), blocks, kBlocks);
    kernel.rehash(states.data(), result.of_states.data() + first * kDigestBytes);
    kernel.sha256d_64(text.data() + first * kHashBlockBytes,
                      result.of_rows.data() + first * kDigestBytes);
  }
  return result;
}

// FIPS 180-4's example of one block, in every lane.
bool knows_abc(const HashKernel& kernel) {
  constexpr std::array<std::uint8_t, kHashBlockBytes> kAbc = [] {
    std::array<std::uint8_t, kHashBlockBytes> block{'a', 'b', 'c', 0x80};
    block.back() = 24;
    return block;
  }();
  constexpr std::uint32_t kDigest[] = {0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223,
                                       0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad};
  const std::uint8_t* blocks[kMostLanes];
  std::ranges::fill(blocks, kAbc.data());
  States states = initial_states(kernel.lanes);
  kernel.compress(states.data(), blocks, 1);
  for (std::size_t i = 0; i < kStateWords * kernel.lanes; ++i) {
    if (states[i] != kDigest[i % kStateWords]) return false;
  }
  return true;
}

// The portable kernel, once it is known to be right, is what the others are held to.
const SelfTestResult& expected_result() {
  if (!knows_abc(kPortableHashKernel)) {
    std::fputs("veilwire: the hashes of this build are broken: they fail FIPS 180-4's example\n",
               stderr);
    std::abort();
  }
  static const SelfTestResult expected = run_self_test(kPortableHashKernel);
  return expected;
}

bool passes_self_test(const HashKernel& kernel) {
  const SelfTestResult& expected = expected_result();
  const HashKernel* narrower = kernel.narrower;
  return knows_abc(kernel) && run_self_test(kernel) == expected &&
         (narrower == nullptr || narrower->name != kernel.name || passes_self_test(*narrower));
}

constexpr KernelKind<HashKernel> kHashes = {
    .variable = "VEILWIRE_HASHES",
    .candidates = kCandidates,
    .passes_self_test = passes_self_test,
    .may_be_taken_unasked = [](const HashKernel&) { return true; },
};
using Choice = KernelChoice<HashKernel, kHashes>;

}  // namespace

const HashKernel& active_hash_kernel() { return Choice::active(); }

std::string_view kernel_name(const HashKernel& kernel) { return kernel.name; }

std::span<const HashKernel* const> usable_hash_kernels() { return Choice::usable(); }

const HashKernel* find_hash_kernel(std::string_view name) { return Choice::find(name); }

void use_kernel(const HashKernel& kernel) { Choice::use(kernel); }

}  // namespace veilwire::crypto

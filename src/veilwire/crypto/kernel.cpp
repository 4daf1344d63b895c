#include "veilwire/crypto/kernel.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <vector>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/aead.h"
#include "veilwire/crypto/kernels/kernel_choice.h"
#include "veilwire/crypto/kernels/poly1305_scalar.h"

namespace veilwire::crypto {
namespace {

// From the slowest to the fastest; OpenSSL's is last and is taken only by name.
constexpr const Kernel* kCandidates[] = {
    &kPortableKernel,
#if defined(__x86_64__)
    &kSse2Kernel,     &kAvx2Kernel, &kAvx512Kernel,
#endif
#if defined(__aarch64__)
    &kNeonKernel,
#endif
    &kOpenSslKernel,
};

// Long enough to pass through every width that a kernel has and into its third chunk, with a tail
// of 5 bytes.
constexpr std::size_t kSelfTestBytes = 2 * 8192 + 4096 + 1024 + 64 + 5;

struct SelfTestResult {
  std::vector<std::uint8_t> encrypted;
  std::vector<std::uint8_t> blocks;
  std::array<std::array<std::uint8_t, 16>, 11> tags;

  bool operator==(const SelfTestResult&) const = default;
};

std::vector<std::uint8_t> self_test_text() {
  std::vector<std::uint8_t> text(kSelfTestBytes);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<std::uint8_t>(~i * 7 >> 2);
  return text;
}

SelfTestResult run_self_test(const Kernel& kernel) {
  std::vector<std::uint8_t> text = self_test_text();
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

  BlockPosition positions[53];
  for (std::uint32_t i = 0; i < 53; ++i) positions[i] = {.counter = i % 3, .packet = i / 3};
  result.blocks.resize(53 * kBlockBytes);
  kernel.keystream(input, positions, 53, result.blocks.data());

  // Enough for messages that go together and some that are left over.
  Poly1305Job jobs[10];
  for (std::size_t i = 0; i < 10; ++i) {
    jobs[i] = {text.data() + 32 * i, text.data(), 5 + 47 * i, result.tags[i + 1].data()};
  }
  kernel.poly1305_many(jobs, 10);
  return result;
}

// A whole AEAD against the same out of the portable parts.
bool passes_self_test(const WholeAead& aead) {
  constexpr std::size_t kAadBytes = 21;
  const std::vector<std::uint8_t> text = self_test_text();
  const std::uint8_t* key32 = text.data() + 100;
  std::uint8_t nonce[12];
  std::copy_n(text.begin() + 200, sizeof nonce, nonce);
  ChaChaInput input{.key32 = key32, .counter = 0, .nonce = {}};
  for (std::size_t i = 0; i < 3; ++i) input.nonce[i] = load_le<std::uint32_t>(nonce + 4 * i);

  std::uint8_t block0[kBlockBytes] = {};
  kPortableKernel.xor_stream(input, block0, block0, sizeof block0);
  std::vector<std::uint8_t> expected(text.size() + kAeadTagBytes);
  AeadMac mac(kPortableKernel, block0, ByteView(text).first(kAadBytes));
  input.counter = 1;
  mac.encrypt(input, text.data(), expected.data(), text.size());
  mac.finish(expected.data() + text.size());

  std::vector<std::uint8_t> sealed = text;
  sealed.resize(expected.size());
  std::uint8_t* tag = sealed.data() + text.size();
  aead.seal(key32, nonce, text.data(), kAadBytes, sealed.data(), text.size(), tag);
  if (sealed != expected) return false;
  std::vector<std::uint8_t> opened(text.size());
  const auto opens = [&] {
    return aead.open(key32, nonce, text.data(), kAadBytes, sealed.data(), text.size(), tag,
                     opened.data());
  };
  if (!opens() || opened != text) return false;
  tag[15] ^= 1;
  return !opens();
}

// What RFC 8439 says: the first bytes of the block of 2.3.2, and the tag of 2.5.2.
bool knows_the_rfc(const Kernel& kernel) {
  constexpr std::array<std::uint8_t, 16> kBlockStart = {0x10, 0xf1, 0xe7, 0xe4, 0xd1, 0x3b,
                                                        0x59, 0x15, 0x50, 0x0f, 0xdd, 0x1f,
                                                        0xa3, 0x20, 0x71, 0xc4};
  constexpr std::array<std::uint8_t, 16> kTag = {0xa8, 0x06, 0x1d, 0xc1, 0x30, 0x51, 0x36, 0xc6,
                                                 0xc2, 0x2b, 0x8b, 0xaf, 0x0c, 0x01, 0x27, 0xa9};
  constexpr std::array<std::uint8_t, 32> kTagKey = {0x85, 0xd6, 0xbe, 0x78, 0x57, 0x55, 0x6d, 0x33,
                                                    0x7f, 0x44, 0x52, 0xfe, 0x42, 0xd5, 0x06, 0xa8,
                                                    0x01, 0x03, 0x80, 0x8a, 0xfb, 0x0d, 0xb2, 0xfd,
                                                    0x4a, 0xbf, 0xf6, 0xaf, 0x41, 0x49, 0xf5, 0x1b};
  constexpr std::string_view kTagText = "Cryptographic Forum Research Group";

  std::array<std::uint8_t, 32> key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  const ChaChaInput input{.key32 = key.data(), .counter = 1, .nonce = {0x09000000, 0x4a000000, 0}};
  const BlockPosition position{.counter = 1, .packet = 0x09000000};
  std::array<std::uint8_t, kBlockBytes> block;
  kernel.keystream(input, &position, 1, block.data());
  if (!std::equal(kBlockStart.begin(), kBlockStart.end(), block.begin())) return false;

  // The text's last two bytes make a short block, which ends in a one bit instead of 2^128.
  std::array<std::uint8_t, 48> text{};
  std::copy(kTagText.begin(), kTagText.end(), text.begin());
  text[kTagText.size()] = 1;
  Poly1305State state;
  poly1305_begin(state, kTagKey.data());
  kernel.poly1305(state, text.data(), 2);
  state.h[2] -= 1;
  kernel.poly1305(state, text.data() + 32, 1);
  std::array<std::uint8_t, 16> tag;
  poly1305_end(state, kTagKey.data() + 16, tag.data());
  return tag == kTag;
}

// The portable kernel, once it is known to be right, is what the others are held to. Without it
// there is nothing to encrypt with.
const SelfTestResult& expected_result() {
  if (!knows_the_rfc(kPortableKernel)) {
    std::fputs("veilwire: the ciphers of this build are broken: they fail RFC 8439's examples\n",
               stderr);
    std::abort();
  }
  static const SelfTestResult expected = run_self_test(kPortableKernel);
  return expected;
}

bool passes_self_test(const Kernel& kernel) {
  const SelfTestResult& expected = expected_result();
  try {
    return knows_the_rfc(kernel) && run_self_test(kernel) == expected &&
           (kernel.whole == nullptr || passes_self_test(*kernel.whole));
  } catch (const std::bad_alloc&) {
    return false;  // how a whole AEAD says that its library does not offer it
  }
}

// OpenSSL's is not even tested unasked: that would load all of OpenSSL's machinery.
constexpr KernelKind<Kernel> kCiphers = {
    .variable = "VEILWIRE_CRYPTO",
    .candidates = kCandidates,
    .passes_self_test = passes_self_test,
    .may_be_taken_unasked = [](const Kernel& kernel) { return kernel.whole == nullptr; },
};
using Choice = KernelChoice<Kernel, kCiphers>;

}  // namespace

const Kernel& active_kernel() { return Choice::active(); }

std::string_view kernel_name(const Kernel& kernel) { return kernel.name; }

std::span<const Kernel* const> usable_kernels() { return Choice::usable(); }

const Kernel* find_kernel(std::string_view name) { return Choice::find(name); }

void use_kernel(const Kernel& kernel) { Choice::use(kernel); }

}  // namespace veilwire::crypto

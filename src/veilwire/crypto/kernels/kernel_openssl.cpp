// OpenSSL's AEAD in one piece, for those who want it. Where only ChaCha20 is asked for (lengths,
// rekeying), the portable kernel serves.

#include <openssl/evp.h>

#include <memory>
#include <new>

#include "veilwire/crypto/kernels/kernel_table.h"

namespace veilwire::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// One per thread and direction: making one costs more than a packet. The key is set for each
// packet, and reset at the end would cost as much again: it stays in the context until the next.
EVP_CIPHER_CTX* context_for(bool encrypt) {
  thread_local std::unique_ptr<EVP_CIPHER_CTX, FreeContext> contexts[2];
  auto& context = contexts[encrypt ? 1 : 0];
  if (!context) {
    context.reset(EVP_CIPHER_CTX_new());
    if (!context || EVP_CipherInit_ex(context.get(), EVP_chacha20_poly1305(), nullptr, nullptr,
                                      nullptr, encrypt ? 1 : 0) != 1) {
      throw std::bad_alloc();
    }
  }
  return context.get();
}

// EVP takes lengths as int: associated data and text here are far below, at most 2^24.
bool update(EVP_CIPHER_CTX* context, std::uint8_t* out, const std::uint8_t* in, std::size_t size) {
  int written = 0;
  return size == 0 || EVP_CipherUpdate(context, out, &written, in, static_cast<int>(size)) == 1;
}

void seal(const std::uint8_t* key32, const std::uint8_t* nonce12, const std::uint8_t* aad,
          std::size_t aad_size, std::uint8_t* in_out, std::size_t size, std::uint8_t* tag16) {
  EVP_CIPHER_CTX* context = context_for(true);
  int written = 0;
  const bool sealed = EVP_CipherInit_ex(context, nullptr, nullptr, key32, nonce12, 1) == 1 &&
                      update(context, nullptr, aad, aad_size) &&
                      update(context, in_out, in_out, size) &&
                      EVP_CipherFinal_ex(context, in_out + size, &written) == 1 &&
                      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag16) == 1;
  // OpenSSL refuses here only when memory is exhausted; plaintext must not go out in its place.
  if (!sealed) throw std::bad_alloc();
}

bool open(const std::uint8_t* key32, const std::uint8_t* nonce12, const std::uint8_t* aad,
          std::size_t aad_size, const std::uint8_t* in, std::size_t size, const std::uint8_t* tag16,
          std::uint8_t* out) {
  EVP_CIPHER_CTX* context = context_for(false);
  std::uint8_t tag[16];
  for (int i = 0; i < 16; ++i) tag[i] = tag16[i];
  int written = 0;
  return EVP_CipherInit_ex(context, nullptr, nullptr, key32, nonce12, 0) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, tag) == 1 &&
         update(context, nullptr, aad, aad_size) && update(context, out, in, size) &&
         EVP_CipherFinal_ex(context, out + size, &written) == 1;
}

constexpr WholeAead kWhole = {.seal = seal, .open = open};

}  // namespace

const Kernel kOpenSslKernel = {
    .name = "openssl",
    .pass_blocks = 8,
    .keystream = [](const ChaChaInput& base, const BlockPosition* positions, std::size_t count,
                    std::uint8_t* out) { kPortableKernel.keystream(base, positions, count, out); },
    .xor_stream = [](const ChaChaInput& base, const std::uint8_t* in, std::uint8_t* out,
                     std::size_t size) { kPortableKernel.xor_stream(base, in, out, size); },
    .poly1305 = [](Poly1305State& state, const std::uint8_t* blocks,
                   std::size_t count) { kPortableKernel.poly1305(state, blocks, count); },
    .poly1305_many = [](const Poly1305Job* jobs,
                        std::size_t count) { kPortableKernel.poly1305_many(jobs, count); },
    .encrypt_and_mac =
        [](const ChaChaInput& base, Poly1305State& mac, const std::uint8_t* in, std::uint8_t* out,
           std::size_t size) { kPortableKernel.encrypt_and_mac(base, mac, in, out, size); },
    .mac_and_decrypt =
        [](const ChaChaInput& base, Poly1305State& mac, const std::uint8_t* in, std::uint8_t* out,
           std::size_t size) { kPortableKernel.mac_and_decrypt(base, mac, in, out, size); },
    .whole = &kWhole,
};

}  // namespace veilwire::crypto

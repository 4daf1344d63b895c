// What our kernels are held against in tests and fuzzers: the same algorithms by OpenSSL, and BIP
// 324's two ciphers written down plainly over them, with nothing made ahead.
#pragma once

#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "veilwire/base/bytes.h"
#include "veilwire/base/endian.h"
#include "veilwire/base/hash256.h"

namespace veilwire::crypto::oracle {

using Key = std::array<std::uint8_t, 32>;
using Nonce = std::array<std::uint8_t, 12>;
using Tag = std::array<std::uint8_t, 16>;

// OpenSSL may refuse only a wrong use of it, which is a fault of this file.
inline void must(int result) {
  if (result != 1) std::abort();
}

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

inline CipherContext start(const EVP_CIPHER* cipher, ByteView key, ByteView iv, int encrypt) {
  CipherContext context(EVP_CIPHER_CTX_new());
  must(EVP_CipherInit_ex(context.get(), cipher, nullptr, key.data(), iv.data(), encrypt));
  return context;
}

inline void update(const CipherContext& context, std::uint8_t* out, ByteView in) {
  int written = 0;
  if (in.empty()) return;
  must(EVP_CipherUpdate(context.get(), out, &written, in.data(), static_cast<int>(in.size())));
}

// RFC 8439, 2.4.
inline Bytes chacha20(const Key& key, const Nonce& nonce, std::uint32_t first_block, ByteView in) {
  std::array<std::uint8_t, 16> iv;
  store_le(iv.data(), first_block);
  std::memcpy(iv.data() + 4, nonce.data(), nonce.size());
  const CipherContext context = start(EVP_chacha20(), key, iv, 1);
  Bytes out(in.size());
  update(context, out.data(), in);
  return out;
}

// RFC 8439, 2.5.
inline Tag poly1305(const Key& key, ByteView message) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(
      EVP_MAC_fetch(nullptr, "POLY1305", nullptr), EVP_MAC_free);
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(
      EVP_MAC_CTX_new(mac.get()), EVP_MAC_CTX_free);
  Tag tag;
  std::size_t written = 0;
  must(EVP_MAC_init(context.get(), key.data(), key.size(), nullptr));
  must(EVP_MAC_update(context.get(), message.data(), message.size()));
  must(EVP_MAC_final(context.get(), tag.data(), &written, tag.size()));
  return tag;
}

// RFC 8439, 2.8: ciphertext and tag.
inline Bytes seal(const Key& key, const Nonce& nonce, ByteView aad, ByteView plaintext) {
  const CipherContext context = start(EVP_chacha20_poly1305(), key, nonce, 1);
  Bytes out(plaintext.size() + 16);
  int written = 0;
  update(context, nullptr, aad);
  update(context, out.data(), plaintext);
  must(EVP_CipherFinal_ex(context.get(), out.data() + plaintext.size(), &written));
  must(
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, out.data() + plaintext.size()));
  return out;
}

// Bitcoin's double SHA-256.
inline Hash256 sha256d(ByteView message) {
  Hash256 hash;
  must(EVP_Digest(message.data(), message.size(), hash.data(), nullptr, EVP_sha256(), nullptr));
  must(EVP_Digest(hash.data(), hash.size(), hash.data(), nullptr, EVP_sha256(), nullptr));
  return hash;
}

// BIP 324, "Rekeying wrappers": FSChaCha20Poly1305, packet by packet.
class NaivePacketCipher {
 public:
  explicit NaivePacketCipher(const Key& key) : key_(key) {}

  Bytes seal(ByteView plaintext, ByteView aad = {}) {
    Bytes sealed = oracle::seal(key_, nonce(packet_), aad, plaintext);
    if (++packet_ == 224) rekey();
    return sealed;
  }

 private:
  Nonce nonce(std::uint32_t packet) const {
    Nonce nonce;
    store_le(nonce.data(), packet);
    store_le(nonce.data() + 4, rekeys_);
    return nonce;
  }
  void rekey() {
    const Bytes zeros(32, 0);
    const Bytes sealed = oracle::seal(key_, nonce(0xffffffff), {}, zeros);
    std::memcpy(key_.data(), sealed.data(), key_.size());
    packet_ = 0;
    ++rekeys_;
  }

  Key key_;
  std::uint32_t packet_ = 0;
  std::uint64_t rekeys_ = 0;
};

// BIP 324, "Rekeying wrappers": FSChaCha20, which takes the next bytes of a keystream for every
// chunk, and after 224 chunks the 32 that follow as its next key.
class NaiveLengthCipher {
 public:
  explicit NaiveLengthCipher(const Key& key) : key_(key) {}

  Bytes crypt(ByteView chunk) {
    Bytes out = take_keystream(chunk.size());
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      out[i] = static_cast<std::uint8_t>(out[i] ^ chunk[i]);
    }
    if (++chunk_ == 224) rekey();
    return out;
  }

 private:
  Bytes take_keystream(std::size_t size) {
    Nonce nonce{};
    store_le(nonce.data() + 4, rekeys_);
    const Bytes zeros(position_ + size, 0);
    const Bytes all = chacha20(key_, nonce, 0, zeros);
    const Bytes taken(all.begin() + static_cast<std::ptrdiff_t>(position_), all.end());
    position_ += size;
    return taken;
  }
  void rekey() {
    const Bytes next = take_keystream(32);
    std::memcpy(key_.data(), next.data(), key_.size());
    position_ = 0;
    chunk_ = 0;
    ++rekeys_;
  }

  Key key_;
  std::size_t position_ = 0;
  std::uint32_t chunk_ = 0;
  std::uint64_t rekeys_ = 0;
};

}  // namespace veilwire::crypto::oracle

// For the low-level hash functions, which OpenSSL 3 marks as deprecated.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "veilwire/crypto/yardstick.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <secp256k1.h>
#include <secp256k1_ellswift.h>

#include <stdexcept>

#include "veilwire/base/endian.h"

namespace veilwire::crypto {
namespace {

using Nonce = std::array<std::uint8_t, 12>;

Nonce nonce_of(std::uint64_t packet) {
  Nonce nonce{};
  store_le(nonce.data() + 4, packet);
  return nonce;
}

// Not blinded: what it signs with is known to anybody.
const secp256k1_context* signing_context() {
  struct Destroy {
    void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
  };
  static const std::unique_ptr<secp256k1_context, Destroy> context(
      secp256k1_context_create(SECP256K1_CONTEXT_NONE));
  return context.get();
}

void must(int done) {
  if (done != 1) throw std::invalid_argument("libsecp256k1 refuses the key");
}

}  // namespace

std::string openssl_version() { return OpenSSL_version(OPENSSL_VERSION); }

Hash256 openssl_sha256d(ByteView data) {
  Hash256 hash;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, data.data(), data.size());
  SHA256_Final(hash.data(), &context);
  SHA256_Init(&context);
  SHA256_Update(&context, hash.data(), hash.size());
  SHA256_Final(hash.data(), &context);
  return hash;
}

struct OpenSslAead::Context {
  Context() : evp(EVP_CIPHER_CTX_new()) {}
  ~Context() { EVP_CIPHER_CTX_free(evp); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  EVP_CIPHER_CTX* evp;
};

OpenSslAead::OpenSslAead(Direction direction, const Secret<32>& key)
    : context_(std::make_unique<Context>()) {
  const int encrypting = direction == Direction::kSeal ? 1 : 0;
  if (context_->evp == nullptr || EVP_CipherInit_ex(context_->evp, EVP_chacha20_poly1305(), nullptr,
                                                    key.data(), nullptr, encrypting) != 1) {
    throw std::runtime_error("OpenSSL offers no ChaCha20-Poly1305");
  }
}

OpenSslAead::~OpenSslAead() = default;
OpenSslAead::OpenSslAead(OpenSslAead&&) noexcept = default;
OpenSslAead& OpenSslAead::operator=(OpenSslAead&&) noexcept = default;

bool OpenSslAead::seal(std::uint64_t packet, ByteSpan text, std::span<std::uint8_t, 16> tag) {
  const Nonce nonce = nonce_of(packet);
  EVP_CIPHER_CTX* evp = context_->evp;
  int done = 0;
  return EVP_EncryptInit_ex(evp, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
         EVP_EncryptUpdate(evp, text.data(), &done, text.data(), static_cast<int>(text.size())) ==
             1 &&
         EVP_EncryptFinal_ex(evp, text.data() + done, &done) == 1 &&
         EVP_CIPHER_CTX_ctrl(evp, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag.size()),
                             tag.data()) == 1;
}

bool OpenSslAead::open(std::uint64_t packet, ByteSpan text, std::span<std::uint8_t, 16> tag) {
  const Nonce nonce = nonce_of(packet);
  EVP_CIPHER_CTX* evp = context_->evp;
  int done = 0;
  return EVP_DecryptInit_ex(evp, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
         EVP_CIPHER_CTX_ctrl(evp, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()),
                             tag.data()) == 1 &&
         EVP_DecryptUpdate(evp, text.data(), &done, text.data(), static_cast<int>(text.size())) ==
             1 &&
         EVP_DecryptFinal_ex(evp, text.data() + done, &done) == 1;
}

struct BareEllSwift::Context {
  Context() : secp(secp256k1_context_create(SECP256K1_CONTEXT_NONE)) {}
  ~Context() { secp256k1_context_destroy(secp); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  secp256k1_context* secp;
};

BareEllSwift::BareEllSwift() : context_(std::make_unique<Context>()) {
  // The blinding's cost does not depend on its seed, and no secret of a user ever gets here.
  const std::array<std::uint8_t, 32> seed{1};
  if (context_->secp == nullptr || secp256k1_context_randomize(context_->secp, seed.data()) != 1) {
    throw std::runtime_error("libsecp256k1 gives no context");
  }
}

BareEllSwift::~BareEllSwift() = default;

bool BareEllSwift::create(const Secret<32>& secret_key, std::span<const std::uint8_t, 32> auxrnd,
                          EllSwift64& encoding) const {
  return secp256k1_ellswift_create(context_->secp, encoding.data(), secret_key.data(),
                                   auxrnd.data()) == 1;
}

bool BareEllSwift::exchange(const Secret<32>& secret_key, const EllSwift64& initiator,
                            const EllSwift64& responder, Initiating initiating,
                            Secret<32>& shared_secret) const {
  const int party = initiating == Initiating::kYes ? 0 : 1;
  return secp256k1_ellswift_xdh(context_->secp, shared_secret.data(), initiator.data(),
                                responder.data(), secret_key.data(), party,
                                secp256k1_ellswift_xdh_hash_function_bip324, nullptr) == 1;
}

bool bare_verify_ecdsa(ByteView public_key, ByteView signature, const Hash256& digest) {
  const secp256k1_context* const context = secp256k1_context_static;
  secp256k1_pubkey key;
  secp256k1_ecdsa_signature parsed;
  if (secp256k1_ec_pubkey_parse(context, &key, public_key.data(), public_key.size()) != 1 ||
      secp256k1_ecdsa_signature_parse_der(context, &parsed, signature.data(), signature.size()) !=
          1) {
    return false;
  }
  secp256k1_ecdsa_signature_normalize(context, &parsed, &parsed);
  return secp256k1_ecdsa_verify(context, &parsed, digest.data(), &key) == 1;
}

Bytes bare_public_key(const Hash256& secret) {
  secp256k1_pubkey key;
  Bytes bytes(33);
  std::size_t size = bytes.size();
  must(secp256k1_ec_pubkey_create(signing_context(), &key, secret.data()));
  must(secp256k1_ec_pubkey_serialize(signing_context(), bytes.data(), &size, &key,
                                     SECP256K1_EC_COMPRESSED));
  return bytes;
}

Bytes bare_sign_ecdsa(const Hash256& secret, const Hash256& digest) {
  secp256k1_ecdsa_signature signature;
  Bytes bytes(72);
  std::size_t size = bytes.size();
  must(secp256k1_ecdsa_sign(signing_context(), &signature, digest.data(), secret.data(), nullptr,
                            nullptr));
  must(secp256k1_ecdsa_signature_serialize_der(signing_context(), bytes.data(), &size, &signature));
  bytes.resize(size);
  return bytes;
}

}  // namespace veilwire::crypto

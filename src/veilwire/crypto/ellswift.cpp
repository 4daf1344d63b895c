#include "veilwire/crypto/ellswift.h"

#include <secp256k1.h>
#include <secp256k1_ellswift.h>

#include <atomic>
#include <memory>

#include "veilwire/crypto/system_entropy.h"

namespace veilwire::crypto {
namespace {

struct DestroyContext {
  void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
};

// Null where the system's entropy fails: an unblinded context is never used.
std::unique_ptr<secp256k1_context, DestroyContext> make_context() {
  Secret<32> seed;
  if (!SystemEntropy().fill(seed.span())) return nullptr;
  std::unique_ptr<secp256k1_context, DestroyContext> fresh(
      secp256k1_context_create(SECP256K1_CONTEXT_NONE));
  if (secp256k1_context_randomize(fresh.get(), seed.data()) != 1) return nullptr;
  return fresh;
}

// Made and blinded once; tried again at the next use where the entropy failed.
const secp256k1_context* context() {
  static std::atomic<secp256k1_context*> made = nullptr;
  if (const secp256k1_context* context = made.load(std::memory_order_acquire)) return context;
  auto fresh = make_context();
  secp256k1_context* earlier = nullptr;
  if (!made.compare_exchange_strong(earlier, fresh.get(), std::memory_order_acq_rel)) {
    return earlier;  // another thread was first
  }
  return fresh.release();
}

}  // namespace

std::expected<EphemeralKey, EllSwiftError> ellswift_create(
    const Secret<32>& secret_key, std::span<const std::uint8_t, 32> auxrnd) {
  if (context() == nullptr) return std::unexpected(EllSwiftError::kEntropyFailed);
  EphemeralKey key{.secret = secret_key.copy(), .ellswift = {}};
  if (secp256k1_ellswift_create(context(), key.ellswift.data(), secret_key.data(), auxrnd.data()) !=
      1) {
    return std::unexpected(EllSwiftError::kInvalidSecretKey);
  }
  return key;
}

std::expected<EphemeralKey, EntropyFailure> ellswift_generate(Entropy& entropy) {
  // A draw is no valid key with a probability of 2^-128; a source that gives such draws again and
  // again is broken.
  for (int attempt = 0; attempt < 4; ++attempt) {
    Secret<32> secret_key;
    Secret<32> auxrnd;
    if (!entropy.fill(secret_key.span()) || !entropy.fill(auxrnd.span())) break;
    auto key = ellswift_create(secret_key, auxrnd.span());
    if (key) return std::move(*key);
    if (key.error() == EllSwiftError::kEntropyFailed) break;
  }
  return std::unexpected(EntropyFailure{});
}

std::expected<Secret<32>, EllSwiftError> ellswift_shared_secret(
    const EphemeralKey& ours, std::span<const std::uint8_t, 64> theirs, Initiating initiating) {
  if (context() == nullptr) return std::unexpected(EllSwiftError::kEntropyFailed);
  const bool we_initiate = initiating == Initiating::kYes;
  const std::uint8_t* initiator = we_initiate ? ours.ellswift.data() : theirs.data();
  const std::uint8_t* responder = we_initiate ? theirs.data() : ours.ellswift.data();
  Secret<32> shared;
  if (secp256k1_ellswift_xdh(context(), shared.data(), initiator, responder, ours.secret.data(),
                             we_initiate ? 0 : 1, secp256k1_ellswift_xdh_hash_function_bip324,
                             nullptr) != 1) {
    return std::unexpected(EllSwiftError::kInvalidSecretKey);
  }
  return shared;
}

}  // namespace veilwire::crypto

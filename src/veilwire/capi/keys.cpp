// Keys and magics: what of the C interface needs no transport.
#include <algorithm>
#include <new>

#include "veilwire/capi/config.h"
#include "veilwire/crypto/ellswift.h"
#include "veilwire/transport/signet.h"

using namespace veilwire;

vw_error vw_key_pool_new(size_t capacity, vw_entropy_callback entropy, void* context,
                         vw_key_pool** out) try {
  if (out == nullptr) return VW_ERROR_BAD_ARGUMENT;
  *out = nullptr;
  *out = new vw_key_pool(capi::make_entropy(entropy, context), capacity);
  return VW_OK;
} catch (...) {
  return VW_ERROR_OUT_OF_MEMORY;
}

size_t vw_key_pool_refill(vw_key_pool* pool, size_t at_most) try {
  if (pool == nullptr) return 0;
  return pool->keys.refill(at_most);
} catch (...) {
  return 0;
}

size_t vw_key_pool_size(const vw_key_pool* pool) { return pool == nullptr ? 0 : pool->keys.size(); }

void vw_key_pool_free(vw_key_pool* pool) { delete pool; }

vw_error vw_ellswift_create(const uint8_t* secret_key, const uint8_t* auxrnd,
                            uint8_t* ellswift) try {
  if (secret_key == nullptr || auxrnd == nullptr || ellswift == nullptr) {
    return VW_ERROR_BAD_ARGUMENT;
  }
  const auto key =
      crypto::ellswift_create(Secret<32>(std::span<const std::uint8_t, 32>(secret_key, 32)),
                              std::span<const std::uint8_t, 32>(auxrnd, 32));
  if (!key) return VW_ERROR_BAD_KEY;
  std::copy(key->ellswift.begin(), key->ellswift.end(), ellswift);
  return VW_OK;
} catch (...) {
  return VW_ERROR_OUT_OF_MEMORY;
}

vw_error vw_signet_magic(const uint8_t* challenge, size_t challenge_size, uint8_t* magic) try {
  if (magic == nullptr || (challenge == nullptr && challenge_size != 0)) {
    return VW_ERROR_BAD_ARGUMENT;
  }
  const protocol::Magic found = transport::signet_magic({challenge, challenge_size});
  std::copy(found.begin(), found.end(), magic);
  return VW_OK;
} catch (...) {
  return VW_ERROR_OUT_OF_MEMORY;
}

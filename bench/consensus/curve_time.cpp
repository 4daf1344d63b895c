// The linker sends each call of these functions here (--wrap), from where it goes on to the library.
#include "curve_time.h"

#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>

#include <atomic>

namespace veilwire::bench {
namespace {

std::atomic<long> nanoseconds;
std::atomic<long> signatures;

template <typename Call, typename... Arguments>
int timed(Call call, Arguments... arguments) {
  const auto begin = std::chrono::steady_clock::now();
  const int result = call(arguments...);
  const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begin;
  nanoseconds.fetch_add(took.count(), std::memory_order_relaxed);
  return result;
}

}  // namespace

CurveTime curve_time() { return {std::chrono::nanoseconds(nanoseconds.load()), signatures.load()}; }

}  // namespace veilwire::bench

// NOLINTBEGIN: the linker's names.
extern "C" {

using veilwire::bench::signatures;
using veilwire::bench::timed;

#define VEILWIRE_TIMED(call, parameters, arguments) \
  int __real_##call parameters;                     \
  int __wrap_##call parameters;                     \
  int __wrap_##call parameters { return timed arguments; }

VEILWIRE_TIMED(secp256k1_ec_pubkey_parse,
               (const secp256k1_context* context, secp256k1_pubkey* key, const unsigned char* bytes,
                size_t size),
               (__real_secp256k1_ec_pubkey_parse, context, key, bytes, size))
VEILWIRE_TIMED(secp256k1_ecdsa_signature_parse_compact,
               (const secp256k1_context* context, secp256k1_ecdsa_signature* signature,
                const unsigned char* bytes),
               (__real_secp256k1_ecdsa_signature_parse_compact, context, signature, bytes))
VEILWIRE_TIMED(secp256k1_ecdsa_signature_normalize,
               (const secp256k1_context* context, secp256k1_ecdsa_signature* normal,
                const secp256k1_ecdsa_signature* signature),
               (__real_secp256k1_ecdsa_signature_normalize, context, normal, signature))
VEILWIRE_TIMED(secp256k1_xonly_pubkey_parse,
               (const secp256k1_context* context, secp256k1_xonly_pubkey* key,
                const unsigned char* bytes),
               (__real_secp256k1_xonly_pubkey_parse, context, key, bytes))
VEILWIRE_TIMED(secp256k1_xonly_pubkey_tweak_add_check,
               (const secp256k1_context* context, const unsigned char* tweaked, int parity,
                const secp256k1_xonly_pubkey* key, const unsigned char* tweak),
               (__real_secp256k1_xonly_pubkey_tweak_add_check, context, tweaked, parity, key,
                tweak))
VEILWIRE_TIMED(secp256k1_ecdsa_verify,
               (const secp256k1_context* context, const secp256k1_ecdsa_signature* signature,
                const unsigned char* hash, const secp256k1_pubkey* key),
               ((++signatures, __real_secp256k1_ecdsa_verify), context, signature, hash, key))
VEILWIRE_TIMED(secp256k1_schnorrsig_verify,
               (const secp256k1_context* context, const unsigned char* signature,
                const unsigned char* message, size_t size, const secp256k1_xonly_pubkey* key),
               ((++signatures, __real_secp256k1_schnorrsig_verify), context, signature, message,
                size, key))
}
// NOLINTEND

// What the chain's signatures cost with nothing around them: the time in which two threads check so
// many of them, by the bare calls of libsecp256k1.
//
// usage: signature_time ECDSA SCHNORR    seconds for this many of each, as one object of JSON
//
// It checks 20 000 of each kind, under a thousand keys, and reckons from there.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include "key_ring.h"
#include "veilwire/base/endian.h"
#include "veilwire/crypto/schnorr.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/yardstick.h"

namespace {

using namespace veilwire;
using namespace veilwire::bench;

constexpr std::uint64_t kSeed = 1;
constexpr std::uint16_t kSignatures = 20'000;

struct Signed {
  Hash256 digest{};
  Bytes public_key;
  crypto::XOnlyKey x_only_key{};
  Bytes ecdsa;
  Bytes schnorr;
};

std::vector<Signed> signatures_of(const KeyRing& keys) {
  std::vector<Signed> all;
  for (std::uint16_t i = 0; i < kSignatures; ++i) {
    Bytes number(2);
    store_le(number.data(), i);
    const Hash256 digest = crypto::sha256(number);
    const Key& key = keys.key_of({.key = static_cast<std::uint16_t>(i % KeyRing::kKeys)});
    all.push_back({digest, key.public_key, key.signer.x_only_key(), key.signer.ecdsa(digest),
                   key.signer.schnorr(digest)});
  }
  return all;
}

bool has_good_ecdsa(const Signed& each) {
  return crypto::bare_verify_ecdsa(each.public_key, each.ecdsa, each.digest);
}

bool has_good_schnorr(const Signed& each) {
  return crypto::verify_schnorr(each.x_only_key, ByteView(each.schnorr).first<64>(), each.digest);
}

void verify(const std::vector<Signed>& all, std::size_t first, bool (*is_good)(const Signed&)) {
  for (std::size_t i = first; i < all.size(); i += 2) {
    if (is_good(all[i])) continue;
    std::fputs("signature_time: a signature is refused\n", stderr);
    std::exit(1);
  }
}

// Of both threads together.
double seconds_each(const std::vector<Signed>& all, bool (*is_good)(const Signed&)) {
  const auto begin = std::chrono::steady_clock::now();
  {
    const std::jthread other([&all, is_good] { verify(all, 1, is_good); });
    verify(all, 0, is_good);
  }
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  return time.count() / static_cast<double>(all.size());
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("usage: signature_time ECDSA SCHNORR\n", stderr);
    return 2;
  }
  const KeyRing keys(kSeed);
  const std::vector<Signed> all = signatures_of(keys);
  const double ecdsa = seconds_each(all, has_good_ecdsa);
  const double schnorr = seconds_each(all, has_good_schnorr);
  std::printf(R"({"ecdsa_us": %.2f, "schnorr_us": %.2f, "seconds": %.2f})"
              "\n",
              ecdsa * 1e6, schnorr * 1e6,
              ecdsa * std::atof(arguments[1]) + schnorr * std::atof(arguments[2]));
}

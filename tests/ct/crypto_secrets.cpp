// Shows that no branch and no index of the ciphers depends on a key, a plaintext or a tag, for the
// kernel that VEILWIRE_CRYPTO names. See checker.h for what it takes to show that.
//
// Ciphertext and tags are public once they are made: they are declassified before they are opened
// or compared. (MemorySanitizer misses what depends on a carry alone; valgrind, which does not know
// AVX-512, misses nothing in the others, and the scalar end of Poly1305 is common to all.) Whatever
// comes out is held against the portable kernel's, made without secrets.

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "checker.h"
#include "veilwire/base/secret.h"
#include "veilwire/crypto/chacha20poly1305.h"
#include "veilwire/crypto/fschacha20.h"
#include "veilwire/crypto/fschacha20poly1305.h"
#include "veilwire/crypto/kernel.h"

namespace veilwire::ct {
namespace {

using crypto::FsChaCha20;
using crypto::FsChaCha20Poly1305;

constexpr std::size_t kTagBytes = crypto::kPoly1305TagBytes;

Bytes pattern(std::size_t size, std::uint8_t seed) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::uint8_t>(seed + i * 31 + (i >> 8) * 7);
  }
  return bytes;
}

Bytes secret_pattern(std::size_t size, std::uint8_t seed) {
  Bytes bytes = pattern(size, seed);
  secret(bytes);
  return bytes;
}

Secret<32> plain_key(std::uint8_t seed) {
  const Bytes bytes = pattern(32, seed);
  return Secret<32>(std::span<const std::uint8_t, 32>(bytes));
}

Secret<32> secret_key(std::uint8_t seed) {
  Secret<32> key = plain_key(seed);
  secret(key.span());
  return key;
}

// While it lives, the portable kernel works.
class WithPortable {
 public:
  WithPortable() : before_(crypto::active_kernel()) {
    crypto::use_kernel(*crypto::find_kernel("portable"));
  }
  ~WithPortable() { crypto::use_kernel(before_); }
  WithPortable(const WithPortable&) = delete;
  WithPortable& operator=(const WithPortable&) = delete;

 private:
  const crypto::Kernel& before_;
};

Bytes seal(FsChaCha20Poly1305& cipher, const Bytes& packet, ByteView aad) {
  Bytes sealed(packet.size() + kTagBytes);
  cipher.seal({.first = packet[0], .rest = ByteView(packet).subspan(1), .out = sealed.data()}, aad);
  return sealed;
}

Bytes seal_in_place(FsChaCha20Poly1305& cipher, const Bytes& packet, ByteView aad) {
  Bytes place = packet;
  place.resize(packet.size() + kTagBytes);
  const ByteView rest(place.data() + 1, packet.size() - 1);
  cipher.seal({.first = packet[0], .rest = rest, .out = place.data()}, aad);
  return place;
}

// Sizes of header and contents together: around blocks, what is made ahead, groups and chunks.
constexpr std::size_t kSizes[] = {1,   2,   14,  16,  17,   38,   62,   64,   65,    128,   251,
                                  448, 449, 512, 513, 1000, 1024, 1025, 4097, 20000, 100003};
constexpr std::size_t kAadSizes[] = {0, 1, 16, 33, 4111};

void seal_and_open_packets() {
  FsChaCha20Poly1305 sealing(secret_key(1));
  FsChaCha20Poly1305 opening(secret_key(1));
  FsChaCha20Poly1305 reference(plain_key(1));
  std::uint8_t seed = 0;
  for (const std::size_t size : kSizes) {
    for (const std::size_t aad_size : kAadSizes) {
      ++seed;
      const Bytes packet = secret_pattern(size, seed);
      const Bytes aad = pattern(aad_size, seed);
      Bytes sealed =
          seed % 2 == 0 ? seal(sealing, packet, aad) : seal_in_place(sealing, packet, aad);
      CT_REQUIRE(all_secret(sealed));
      make_public(sealed);
      const WithPortable portable;
      CT_REQUIRE(sealed == seal(reference, pattern(size, seed), aad));
    }
  }
  FsChaCha20Poly1305 again(plain_key(1));
  seed = 0;
  for (const std::size_t size : kSizes) {
    for (const std::size_t aad_size : kAadSizes) {
      ++seed;
      const Bytes aad = pattern(aad_size, seed);
      Bytes sealed = seal(again, pattern(size, seed), aad);
      Bytes apart(size);
      std::uint8_t* opened = seed % 2 == 0 ? apart.data() : sealed.data();
      CT_REQUIRE(opening.open(sealed, opened, aad));
      make_public({opened, size});
      CT_REQUIRE(std::ranges::equal(ByteView(opened, size), pattern(size, seed)));
    }
  }
}

void refuse_packets() {
  for (const std::size_t size : kSizes) {
    // A bit of the ciphertext's start, of its end, and of the tag.
    for (const std::size_t damaged : {std::size_t{0}, size - 1, size + kTagBytes - 1}) {
      FsChaCha20Poly1305 reference(plain_key(2));
      FsChaCha20Poly1305 opening(secret_key(2));
      Bytes sealed = seal(reference, pattern(size, 2), {});
      sealed[damaged] ^= 0x40;
      Bytes opened(size, 0xa5);
      CT_REQUIRE(!opening.open(sealed, opened.data()));
      // Wiped, so that nothing secret is left in it.
      CT_REQUIRE(std::ranges::all_of(opened, [](std::uint8_t byte) { return byte == 0; }));
    }
  }
}

// Groups of 1 to 37 packets, small ones mostly, through three rekeys.
void seal_many_packets() {
  FsChaCha20Poly1305 sealing(secret_key(3));
  FsChaCha20Poly1305 reference(plain_key(3));
  for (std::size_t group = 1; sealing.packets() < 3 * 224 + 20; group = group % 37 + 1) {
    std::vector<Bytes> packets, sealed;
    std::vector<FsChaCha20Poly1305::SealJob> jobs;
    for (std::size_t i = 0; i < group; ++i) {
      const std::size_t size = i % 9 == 8 ? 300 + 97 * i : 1 + (i * 13 + group) % 70;
      packets.push_back(secret_pattern(size, static_cast<std::uint8_t>(i)));
      sealed.emplace_back(size + kTagBytes);
    }
    for (std::size_t i = 0; i < group; ++i) {
      jobs.push_back({packets[i][0], ByteView(packets[i]).subspan(1), sealed[i].data()});
    }
    sealing.seal_many(jobs);
    if (group % 5 == 0) sealing.release_ahead();
    const WithPortable portable;
    for (std::size_t i = 0; i < group; ++i) {
      CT_REQUIRE(all_secret(sealed[i]));
      make_public(sealed[i]);
      const Bytes packet = pattern(packets[i].size(), static_cast<std::uint8_t>(i));
      CT_REQUIRE(sealed[i] == seal(reference, packet, {}));
    }
  }
}

void cross_rekeys_one_by_one() {
  FsChaCha20Poly1305 sealing(secret_key(4));
  FsChaCha20Poly1305 opening(secret_key(4));
  for (int i = 0; i < 700; ++i) {
    const std::size_t size = 1 + static_cast<std::size_t>(i * 17 % 90);
    Bytes sealed = seal(sealing, secret_pattern(size, 4), {});
    make_public(sealed);
    if (i % 50 == 49) opening.release_ahead();
    Bytes opened(size);
    CT_REQUIRE(opening.open(sealed, opened.data()));
    CT_REQUIRE(all_secret(opened));
    make_public(opened);
    CT_REQUIRE(opened == pattern(size, 4));
  }
  CT_REQUIRE(sealing.rekeys() == 3);
}

void encrypt_lengths() {
  FsChaCha20 encrypting(secret_key(5));
  FsChaCha20 decrypting(secret_key(5));
  for (int i = 0; i < 700; ++i) {
    std::array<std::uint8_t, 3> length{static_cast<std::uint8_t>(i), 1, 2};
    secret(length);
    std::array<std::uint8_t, 3> encrypted, decrypted;
    encrypting.crypt(length, encrypted);
    CT_REQUIRE(all_secret(encrypted));
    make_public(encrypted);
    if (i % 60 == 0) decrypting.release_ahead();
    decrypting.crypt(encrypted, decrypted);
    CT_REQUIRE(all_secret(decrypted));
    make_public(decrypted);
    CT_REQUIRE((decrypted == std::array<std::uint8_t, 3>{static_cast<std::uint8_t>(i), 1, 2}));
  }
}

void work_by_rfc8439() {
  const Secret<32> key = secret_key(6);
  const Bytes nonce_bytes = pattern(12, 6);
  const crypto::Nonce12 nonce(nonce_bytes);
  const Bytes aad = pattern(20, 6);
  for (const std::size_t size : kSizes) {
    const Bytes text = secret_pattern(size, 6);
    Bytes sealed(size + kTagBytes);
    crypto::chacha20poly1305_seal(key, nonce, aad, text, sealed.data());
    CT_REQUIRE(all_secret(sealed));
    make_public(sealed);
    Bytes opened(size);
    CT_REQUIRE(crypto::chacha20poly1305_open(key, nonce, aad, sealed, opened.data()));
    make_public(opened);
    CT_REQUIRE(opened == pattern(size, 6));
    sealed.back() ^= 1;
    CT_REQUIRE(!crypto::chacha20poly1305_open(key, nonce, aad, sealed, opened.data()));

    crypto::chacha20_xor(key, nonce, 9, text, opened.data());
    CT_REQUIRE(all_secret(opened));
    CT_REQUIRE(all_secret(crypto::poly1305(key, text)));
  }
}

// Comparing tells equal from different and nothing else.
void compare_secrets() {
  Bytes a = secret_pattern(32, 7);
  Bytes b = secret_pattern(32, 7);
  CT_REQUIRE(equal_constant_time(a.data(), b.data(), a.size()));
  Bytes c = secret_pattern(32, 8);
  CT_REQUIRE(!equal_constant_time(a.data(), c.data(), a.size()));
  wipe(a);
  CT_REQUIRE(a == Bytes(32, 0));
}

}  // namespace
}  // namespace veilwire::ct

int main() {
  using namespace veilwire;
  ct::require_that_leaks_are_caught();
  const std::string_view kernel = crypto::kernel_name(crypto::active_kernel());
  std::printf("kernel %.*s\n", static_cast<int>(kernel.size()), kernel.data());
  const char* wanted = std::getenv("VEILWIRE_CRYPTO");
  CT_REQUIRE(wanted == nullptr || kernel == wanted);
  ct::seal_and_open_packets();
  ct::refuse_packets();
  ct::seal_many_packets();
  ct::cross_rekeys_one_by_one();
  ct::encrypt_lengths();
  ct::work_by_rfc8439();
  ct::compare_secrets();
  std::printf("no branch and no index depended on a secret\n");
}

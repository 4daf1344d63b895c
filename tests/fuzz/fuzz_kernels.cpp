// Every kernel that this machine can run against OpenSSL, and so against each other: ChaCha20,
// Poly1305, the AEAD, and BIP 324's two ciphers over random groupings of packets.

#include <array>
#include <optional>

#include "fuzz_input.h"
#include "veilwire/crypto/chacha20poly1305.h"
#include "veilwire/crypto/fschacha20.h"
#include "veilwire/crypto/fschacha20poly1305.h"
#include "veilwire/crypto/kernel.h"
#include "veilwire/crypto/testing/openssl_oracle.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::crypto;

template <std::size_t N>
std::array<std::uint8_t, N> array_from(FuzzInput& input) {
  std::array<std::uint8_t, N> out{};
  const Bytes bytes = input.bytes(N);
  std::ranges::copy(bytes, out.begin());
  return out;
}

std::size_t any_size(FuzzInput& input) {
  const std::size_t size = input.number();
  // Mostly short; one in eight up to 64 KiB.
  return (size & 7) == 7 ? size : (size >> 3) % 1300;
}

void check_stream(FuzzInput& input) {
  const auto key = array_from<32>(input);
  const auto nonce = array_from<12>(input);
  const auto first = static_cast<std::uint32_t>(input.number() << 15);
  const Bytes in = input.stretched(any_size(input));
  Bytes out(in.size());
  chacha20_xor(Secret<32>(key), nonce, first, in, out.data());
  FUZZ_REQUIRE(out == oracle::chacha20(key, nonce, first, in), "ChaCha20 is OpenSSL's");
}

void check_mac(FuzzInput& input) {
  const auto key = array_from<32>(input);
  const Bytes message = input.yes() ? input.remaining() : input.stretched(any_size(input));
  FUZZ_REQUIRE(crypto::poly1305(Secret<32>(key), message) == oracle::poly1305(key, message),
               "Poly1305 is OpenSSL's");
}

void check_aead(FuzzInput& input) {
  const auto key = array_from<32>(input);
  const auto nonce = array_from<12>(input);
  const Bytes aad = input.stretched(input.below(100));
  const Bytes text = input.stretched(any_size(input));
  const Bytes expected = oracle::seal(key, nonce, aad, text);
  Bytes sealed = text;
  sealed.resize(text.size() + 16);
  const ByteView in_place = ByteView(sealed).first(text.size());
  chacha20poly1305_seal(Secret<32>(key), nonce, aad, in_place, sealed.data());
  FUZZ_REQUIRE(sealed == expected, "the AEAD is OpenSSL's");
  Bytes opened(text.size());
  FUZZ_REQUIRE(
      chacha20poly1305_open(Secret<32>(key), nonce, aad, sealed, opened.data()) && opened == text,
      "what was sealed opens");
  sealed[input.number() % sealed.size()] ^= 0x08;
  FUZZ_REQUIRE(!chacha20poly1305_open(Secret<32>(key), nonce, aad, sealed, opened.data()),
               "damage is refused");
  FUZZ_REQUIRE(std::ranges::all_of(opened, [](std::uint8_t byte) { return byte == 0; }),
               "what is refused is wiped");
}

void check_lengths(FuzzInput& input) {
  const auto key = array_from<32>(input);
  FsChaCha20 cipher{Secret<32>(key)};
  oracle::NaiveLengthCipher naive(key);
  for (int chunks = 0; chunks < 500 && !input.empty(); ++chunks) {
    if (input.byte() % 16 == 0) cipher.release_ahead();
    const auto length = array_from<3>(input);
    std::array<std::uint8_t, 3> out;
    cipher.crypt(length, out);
    FUZZ_REQUIRE(std::ranges::equal(out, naive.crypt(length)), "lengths are as the naive cipher's");
  }
}

class Packets {
 public:
  explicit Packets(const oracle::Key& key)
      : sealing_(Secret<32>(key)), opening_(Secret<32>(key)), naive_(key) {}

  void seal_group(const std::vector<Bytes>& packets) {
    std::vector<Bytes> sealed;
    std::vector<FsChaCha20Poly1305::SealJob> jobs;
    for (const Bytes& packet : packets) sealed.emplace_back(packet.size() + 16);
    for (std::size_t i = 0; i < packets.size(); ++i) {
      jobs.push_back({packets[i][0], ByteView(packets[i]).subspan(1), sealed[i].data()});
    }
    sealing_.seal_many(jobs);
    for (std::size_t i = 0; i < packets.size(); ++i) expect_sealed(packets[i], sealed[i], {});
  }

  void seal_one(const Bytes& packet, ByteView aad) {
    Bytes sealed(packet.size() + 16);
    sealing_.seal({packet[0], ByteView(packet).subspan(1), sealed.data()}, aad);
    expect_sealed(packet, sealed, aad);
  }

  void release_ahead() {
    sealing_.release_ahead();
    opening_.release_ahead();
  }

 private:
  void expect_sealed(const Bytes& packet, Bytes& sealed, ByteView aad) {
    FUZZ_REQUIRE(sealed == naive_.seal(packet, aad), "packets are as the naive cipher's");
    FUZZ_REQUIRE(opening_.open(sealed, sealed.data(), aad), "what was sealed opens");
    FUZZ_REQUIRE(std::equal(packet.begin(), packet.end(), sealed.begin()), "to what it was");
  }

  FsChaCha20Poly1305 sealing_;
  FsChaCha20Poly1305 opening_;
  oracle::NaivePacketCipher naive_;
};

void check_packets(FuzzInput& input) {
  Packets packets(array_from<32>(input));
  for (int steps = 0; steps < 60 && !input.empty(); ++steps) {
    const std::uint8_t what = input.byte();
    if (what % 8 == 7) packets.release_ahead();
    if (what % 2 == 0) {
      std::vector<Bytes> group(what >> 2);
      const std::size_t most = 1 + input.number() % 600;
      for (std::size_t i = 0; i < group.size(); ++i) {
        group[i] = Bytes(1 + i * 37 % most, static_cast<std::uint8_t>(i));
      }
      packets.seal_group(group);
    } else {
      const Bytes aad = input.bytes(input.below(20));
      packets.seal_one(input.stretched(1 + any_size(input)), aad);
    }
  }
}

void run(FuzzInput input) {
  switch (input.below(5)) {
    case 0:
      return check_stream(input);
    case 1:
      return check_mac(input);
    case 2:
      return check_aead(input);
    case 3:
      return check_lengths(input);
    case 4:
      return check_packets(input);
  }
}

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace veilwire;
  for (const crypto::Kernel* kernel : crypto::usable_kernels()) {
    crypto::use_kernel(*kernel);
    fuzz::run(fuzz::FuzzInput(data, size));
  }
  return 0;
}

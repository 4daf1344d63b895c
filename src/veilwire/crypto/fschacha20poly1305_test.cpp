#include "veilwire/crypto/fschacha20poly1305.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "veilwire/crypto/testing/every_kernel.h"
#include "veilwire/crypto/testing/openssl_oracle.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

class PacketCipher : public EveryKernel {};
VEILWIRE_FOR_EVERY_KERNEL(PacketCipher);

// A header byte and contents.
Bytes random_packet(RandomBytes& random, std::size_t contents) {
  return random.bytes(1 + contents);
}

// What a busy connection carries: mostly small messages, borders of blocks and of what is made
// ahead, now and then a long one.
std::size_t random_contents_size(RandomBytes& random) {
  switch (random.below(16)) {
    case 0:
      return 0;
    case 1:
    case 2:
    case 3:
      return 64 * random.below(12) + random.below(5) + 61;
    case 4:
    case 5:
      return random.below(1200);
    case 6:
      return random.below(4200);
    case 7:
      return random.one_in(8) ? random.below(70'000) : random.below(300);
    default:
      return random.below(80);
  }
}

Bytes seal(FsChaCha20Poly1305& cipher, const Bytes& packet, ByteView aad = {}) {
  Bytes sealed(packet.size() + kPoly1305TagBytes);
  cipher.seal({.first = packet[0], .rest = ByteView(packet).subspan(1), .out = sealed.data()}, aad);
  return sealed;
}

Bytes seal_in_place(FsChaCha20Poly1305& cipher, const Bytes& packet, ByteView aad = {}) {
  Bytes place = packet;
  place[0] = 0;
  place.resize(packet.size() + kPoly1305TagBytes);
  const ByteView rest(place.data() + 1, packet.size() - 1);
  cipher.seal({.first = packet[0], .rest = rest, .out = place.data()}, aad);
  return place;
}

bool opens_to(FsChaCha20Poly1305& cipher, const Bytes& sealed, const Bytes& packet,
              ByteView aad = {}) {
  Bytes opened(packet.size());
  return cipher.open(sealed, opened.data(), aad) && opened == packet;
}

bool opens_in_place_to(FsChaCha20Poly1305& cipher, Bytes sealed, const Bytes& packet,
                       ByteView aad = {}) {
  return cipher.open(sealed, sealed.data(), aad) &&
         std::equal(packet.begin(), packet.end(), sealed.begin());
}

TEST_P(PacketCipher, AgreesWithTheNaiveOneForEveryContentsSize) {
  RandomBytes random(40);
  const auto key = random.array<32>();
  FsChaCha20Poly1305 sealing{Secret<32>(key)};
  FsChaCha20Poly1305 opening{Secret<32>(key)};
  oracle::NaivePacketCipher naive(key);
  for (std::size_t size = 0; size <= 4200; ++size) {
    const Bytes packet = random_packet(random, size);
    const Bytes aad = random.bytes(random.one_in(2) ? 0 : random.below(50));
    const Bytes expected = naive.seal(packet, aad);
    const Bytes sealed =
        random.one_in(2) ? seal(sealing, packet, aad) : seal_in_place(sealing, packet, aad);
    ASSERT_TRUE(sealed == expected) << size;
    ASSERT_TRUE(random.one_in(2) ? opens_to(opening, expected, packet, aad)
                                 : opens_in_place_to(opening, expected, packet, aad))
        << size;
  }
}

TEST_P(PacketCipher, AgreesWithTheNaiveOneForThousandsOfRandomPackets) {
  for (std::uint64_t seed = 41; seed < 46; ++seed) {
    RandomBytes random(seed);
    const auto key = random.array<32>();
    FsChaCha20Poly1305 sealing{Secret<32>(key)};
    FsChaCha20Poly1305 opening{Secret<32>(key)};
    oracle::NaivePacketCipher naive(key);
    for (int packets = 0; packets < 1000; ++packets) {
      const Bytes packet = random_packet(random, random_contents_size(random));
      const Bytes aad = random.one_in(10) ? random.bytes(random.below(5000)) : Bytes{};
      const Bytes expected = naive.seal(packet, aad);
      if (random.one_in(20)) sealing.release_ahead();
      if (random.one_in(20)) opening.release_ahead();
      ASSERT_TRUE(seal(sealing, packet, aad) == expected) << packets << " " << packet.size();
      ASSERT_TRUE(opens_to(opening, expected, packet, aad)) << packets << " " << packet.size();
    }
    EXPECT_EQ(sealing.packets(), 1000u);
    EXPECT_EQ(sealing.rekeys(), 4u);
    EXPECT_EQ(opening.packets(), 1000u);
    EXPECT_EQ(opening.rekeys(), 4u);
  }
}

TEST_P(PacketCipher, AgreesWithTheNaiveOneForLongContents) {
  RandomBytes random(47);
  const auto key = random.array<32>();
  FsChaCha20Poly1305 sealing{Secret<32>(key)};
  FsChaCha20Poly1305 opening{Secret<32>(key)};
  oracle::NaivePacketCipher naive(key);
  for (const std::size_t size : {16'000u, 100'000u, 0u, 131'071u, 1u << 20, 37u, 4'000'013u}) {
    const Bytes packet = random_packet(random, size);
    const Bytes expected = naive.seal(packet);
    ASSERT_TRUE(seal(sealing, packet) == expected) << size;
    ASSERT_TRUE(opens_in_place_to(opening, expected, packet)) << size;
  }
}

// The bytes that the vectors of BIP 324 and the length field can ask for at most.
TEST_P(PacketCipher, SealsTheLongestContentsThatALengthFieldCanTell) {
  RandomBytes random(48);
  const auto key = random.array<32>();
  FsChaCha20Poly1305 sealing{Secret<32>(key)};
  FsChaCha20Poly1305 opening{Secret<32>(key)};
  oracle::NaivePacketCipher naive(key);
  Bytes packet(1 + (1u << 24) - 1, 0x5a);
  random.fill(ByteSpan(packet).first(4096));
  const Bytes expected = naive.seal(packet);
  EXPECT_TRUE(seal(sealing, packet) == expected);
  EXPECT_TRUE(opens_to(opening, expected, packet));
}

// Seals `packets` by one call of seal_many, apart or in place at random, into one run of memory.
std::vector<Bytes> seal_together(FsChaCha20Poly1305& cipher, const std::vector<Bytes>& packets,
                                 RandomBytes& random) {
  std::size_t total = 0;
  for (const Bytes& packet : packets) total += packet.size() + kPoly1305TagBytes;
  Bytes wire(total);
  std::vector<FsChaCha20Poly1305::SealJob> jobs;
  std::uint8_t* out = wire.data();
  for (const Bytes& packet : packets) {
    ByteView rest = ByteView(packet).subspan(1);
    if (random.one_in(2)) {
      std::copy(rest.begin(), rest.end(), out + 1);
      rest = {out + 1, rest.size()};
    }
    jobs.push_back({.first = packet[0], .rest = rest, .out = out});
    out += packet.size() + kPoly1305TagBytes;
  }
  cipher.seal_many(jobs);
  std::vector<Bytes> sealed;
  const std::uint8_t* at = wire.data();
  for (const Bytes& packet : packets) {
    sealed.emplace_back(at, at + packet.size() + kPoly1305TagBytes);
    at += packet.size() + kPoly1305TagBytes;
  }
  return sealed;
}

TEST_P(PacketCipher, SealsManyAsItSealsOneByOne) {
  for (std::uint64_t seed = 50; seed < 58; ++seed) {
    RandomBytes random(seed);
    const auto key = random.array<32>();
    FsChaCha20Poly1305 cipher{Secret<32>(key)};
    oracle::NaivePacketCipher naive(key);
    const bool only_small = seed % 2 == 0;
    while (cipher.packets() < 1000) {
      std::vector<Bytes> packets(random.below(70));
      for (Bytes& packet : packets) {
        packet =
            random_packet(random, only_small ? random.below(60) : random_contents_size(random));
      }
      if (random.one_in(4)) cipher.release_ahead();
      const std::vector<Bytes> sealed = seal_together(cipher, packets, random);
      for (std::size_t i = 0; i < packets.size(); ++i) {
        ASSERT_TRUE(sealed[i] == naive.seal(packets[i]))
            << "packet " << i << " of " << packets.size() << ", " << packets[i].size() << " bytes";
      }
      if (random.one_in(3)) {
        const Bytes packet = random_packet(random, random_contents_size(random));
        ASSERT_TRUE(seal(cipher, packet) == naive.seal(packet));
      }
    }
    EXPECT_EQ(cipher.rekeys(), cipher.packets() / kRekeyInterval);
  }
}

TEST_P(PacketCipher, SealsAGroupThatReachesOverARekeyAtEveryPlace) {
  RandomBytes random(60);
  for (std::size_t before = 190; before <= 224; ++before) {
    const auto key = random.array<32>();
    FsChaCha20Poly1305 cipher{Secret<32>(key)};
    oracle::NaivePacketCipher naive(key);
    const std::vector<Bytes> first(before, Bytes(38, 1));
    const std::vector<Bytes> second(40, Bytes(62, 2));
    for (const auto& packets : {first, second}) {
      for (const Bytes& sealed : seal_together(cipher, packets, random)) {
        ASSERT_TRUE(sealed == naive.seal(packets[0])) << before;
      }
    }
  }
}

TEST_P(PacketCipher, SealsALongPacketBetweenShortOnesAtEveryPlaceOfTheWindow) {
  RandomBytes random(61);
  for (std::size_t before = 0; before < 18; ++before) {
    for (const std::size_t size : {300u, 447u, 448u, 449u, 511u, 1023u, 1024u, 1025u, 9000u}) {
      const auto key = random.array<32>();
      FsChaCha20Poly1305 sealing{Secret<32>(key)};
      FsChaCha20Poly1305 opening{Secret<32>(key)};
      oracle::NaivePacketCipher naive(key);
      std::vector<Bytes> packets(before, random_packet(random, 20));
      packets.push_back(random_packet(random, size));
      packets.push_back(random_packet(random, 20));
      packets.push_back(random_packet(random, 130));
      for (const Bytes& packet : packets) {
        const Bytes expected = naive.seal(packet);
        ASSERT_TRUE(seal(sealing, packet) == expected) << before << " " << size;
        ASSERT_TRUE(opens_to(opening, expected, packet)) << before << " " << size;
      }
    }
  }
}

// A view of nothing may point nowhere.
TEST_P(PacketCipher, SealsContentsOfNoBytesAtNull) {
  RandomBytes random(69);
  const auto key = random.array<32>();
  FsChaCha20Poly1305 cipher{Secret<32>(key)};
  oracle::NaivePacketCipher naive(key);
  Bytes sealed(1 + kPoly1305TagBytes);
  const FsChaCha20Poly1305::SealJob job{.first = 7, .rest = {}, .out = sealed.data()};
  for (const Bytes& aad : {Bytes{}, Bytes{1, 2, 3}}) {
    cipher.seal(job, aad);
    EXPECT_EQ(sealed, naive.seal(Bytes{7}, aad));
  }
  Bytes two(2 * sealed.size());
  const FsChaCha20Poly1305::SealJob jobs[] = {{8, {}, two.data()},
                                              {9, {}, two.data() + sealed.size()}};
  cipher.seal_many(jobs);
  EXPECT_TRUE(std::ranges::equal(ByteView(two).first(sealed.size()), naive.seal(Bytes{8})));
  EXPECT_TRUE(std::ranges::equal(ByteView(two).last(sealed.size()), naive.seal(Bytes{9})));
}

TEST_P(PacketCipher, OpensAnEmptyPlaintext) {
  RandomBytes random(62);
  const auto key = random.array<32>();
  FsChaCha20Poly1305 opening{Secret<32>(key)};
  oracle::NaivePacketCipher naive(key);
  const Bytes aad = random.bytes(17);
  std::uint8_t untouched = 0xa5;
  EXPECT_TRUE(opening.open(naive.seal({}, aad), &untouched, aad));
  EXPECT_EQ(untouched, 0xa5);
}

TEST_P(PacketCipher, RefusesDamageAndWipesThePlaintext) {
  RandomBytes random(63);
  for (const std::size_t size : {0u, 1u, 36u, 63u, 447u, 448u, 1000u, 20'000u}) {
    for (int round = 0; round < 40; ++round) {
      const auto key = random.array<32>();
      oracle::NaivePacketCipher naive(key);
      FsChaCha20Poly1305 opening{Secret<32>(key)};
      Bytes sealed = naive.seal(random_packet(random, size));
      const std::size_t bit = random.below(sealed.size() * 8);
      sealed[bit / 8] = static_cast<std::uint8_t>(sealed[bit / 8] ^ (1u << (bit % 8)));
      Bytes apart(size + 1 + 32, 0xa5);
      std::uint8_t* plaintext = round % 2 == 0 ? sealed.data() : apart.data();
      ASSERT_FALSE(opening.open(sealed, plaintext)) << size << " " << bit;
      ASSERT_TRUE(
          std::all_of(plaintext, plaintext + size + 1, [](auto byte) { return byte == 0; }));
      ASSERT_EQ(std::count(apart.end() - 32, apart.end(), 0xa5), 32) << size;
    }
  }
}

TEST_P(PacketCipher, RefusesAPacketOutOfItsPlace) {
  RandomBytes random(64);
  const auto key = random.array<32>();
  const Bytes packet = random_packet(random, 40);
  for (const int skipped : {1, 15, 16, 223, 224}) {
    oracle::NaivePacketCipher naive(key);
    FsChaCha20Poly1305 opening{Secret<32>(key)};
    for (int i = 0; i < skipped; ++i) (void)naive.seal(packet);
    Bytes opened(packet.size());
    EXPECT_FALSE(opening.open(naive.seal(packet), opened.data())) << skipped;
  }
}

TEST_P(PacketCipher, RefusesOtherAssociatedData) {
  RandomBytes random(65);
  const auto key = random.array<32>();
  oracle::NaivePacketCipher naive(key);
  const Bytes packet = random_packet(random, 10);
  const Bytes sealed = naive.seal(packet, Bytes{1, 2, 3});
  for (const Bytes& aad : {Bytes{}, Bytes{1, 2}, Bytes{1, 2, 4}, Bytes{1, 2, 3, 0}}) {
    FsChaCha20Poly1305 opening{Secret<32>(key)};
    Bytes opened(packet.size());
    EXPECT_FALSE(opening.open(sealed, opened.data(), aad));
  }
}

TEST_P(PacketCipher, HoldsNothingAheadWhenNewAndAfterRelease) {
  RandomBytes random(66);
  FsChaCha20Poly1305 cipher(random.key());
  EXPECT_EQ(cipher.ahead_bytes(), 0u);
  (void)seal(cipher, Bytes(30, 0));
  // OpenSSL's AEAD works in one piece.
  EXPECT_EQ(cipher.ahead_bytes() == 0, kernel_name(*GetParam()) == "openssl");
  // Both directions and their length ciphers within 6 of the 8 KiB that a busy connection may hold.
  EXPECT_LE(2 * (cipher.ahead_bytes() + 704), 6u * 1024);
  cipher.release_ahead();
  EXPECT_EQ(cipher.ahead_bytes(), 0u);
}

TEST_P(PacketCipher, GoesOnAfterBeingMoved) {
  RandomBytes random(67);
  const auto key = random.array<32>();
  oracle::NaivePacketCipher naive(key);
  const Bytes packet = random_packet(random, 25);
  FsChaCha20Poly1305 first{Secret<32>(key)};
  for (int i = 0; i < 226; ++i) ASSERT_TRUE(seal(first, packet) == naive.seal(packet));
  FsChaCha20Poly1305 second = std::move(first);
  ASSERT_TRUE(seal(second, packet) == naive.seal(packet));
  FsChaCha20Poly1305 third(random.key());
  third = std::move(second);
  ASSERT_TRUE(seal(third, packet) == naive.seal(packet));
  EXPECT_EQ(third.packets(), 228u);
  EXPECT_EQ(third.rekeys(), 1u);
}

TEST_P(PacketCipher, SealsNothingForNoJobs) {
  RandomBytes random(68);
  FsChaCha20Poly1305 cipher(random.key());
  cipher.seal_many({});
  EXPECT_EQ(cipher.packets(), 0u);
}

}  // namespace
}  // namespace veilwire::crypto

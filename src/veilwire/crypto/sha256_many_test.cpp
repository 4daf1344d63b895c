#include "veilwire/crypto/sha256_many.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/testing/every_kernel.h"
#include "veilwire/crypto/testing/openssl_oracle.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

class Sha256dMany : public EveryHashKernel {};
VEILWIRE_FOR_EVERY_HASH_KERNEL(Sha256dMany);
class Sha256dRows : public EveryHashKernel {};
VEILWIRE_FOR_EVERY_HASH_KERNEL(Sha256dRows);

constexpr Hash256 kUntouched = {0xa5, 0x5a};

std::vector<Hash256> expected_of(std::span<const ByteView> inputs) {
  std::vector<Hash256> hashes;
  for (const ByteView input : inputs) hashes.push_back(oracle::sha256d(input));
  return hashes;
}

std::vector<Hash256> hashes_of(std::span<const ByteView> inputs) {
  std::vector<Hash256> hashes(inputs.size(), kUntouched);
  sha256d_many(inputs, hashes);
  return hashes;
}

std::vector<ByteView> views_of(const std::vector<Bytes>& all) { return {all.begin(), all.end()}; }

// The genesis block's header.
TEST_P(Sha256dMany, GivesBitcoinsIds) {
  const Bytes header =
      from_hex(
          "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b2"
          "7ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c")
          .value();
  const std::vector<ByteView> inputs(20, header);
  for (const Hash256& hash : hashes_of(inputs)) {
    EXPECT_EQ(to_hex(hash), "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000");
  }
}

TEST_P(Sha256dMany, AgreesWithOpenSslForEveryLengthAndCount) {
  constexpr std::size_t kMostInputs = 40;
  RandomBytes random(90);
  for (std::size_t size = 0; size <= 300; ++size) {
    std::vector<Bytes> bytes(kMostInputs);
    for (Bytes& input : bytes) input = random.bytes(size);
    const std::vector<ByteView> inputs = views_of(bytes);
    const std::vector<Hash256> expected = expected_of(inputs);
    for (std::size_t count = 1; count <= kMostInputs; ++count) {
      std::vector<Hash256> made = hashes_of(std::span(inputs).first(count));
      ASSERT_TRUE(std::ranges::equal(made, std::span(expected).first(count)))
          << count << " of " << size << " bytes";
    }
  }
}

// Lanes that end at different times, among them inputs that are hashed where they lie.
TEST_P(Sha256dMany, AgreesWithOpenSslForMixedLengths) {
  RandomBytes random(91);
  for (std::size_t count = 0; count <= 120; ++count) {
    std::vector<Bytes> bytes(count);
    for (Bytes& input : bytes) {
      input = random.bytes(random.below(random.one_in(10)  ? 20'000
                                        : random.one_in(3) ? 1200
                                                           : 300));
    }
    const std::vector<ByteView> inputs = views_of(bytes);
    ASSERT_EQ(hashes_of(inputs), expected_of(inputs)) << count;
  }
}

TEST_P(Sha256dMany, AgreesWithOpenSslAroundTheLongestCopy) {
  RandomBytes random(92);
  std::vector<Bytes> bytes;
  for (std::size_t size = 430; size <= 660; ++size) bytes.push_back(random.bytes(size));
  const std::vector<ByteView> inputs = views_of(bytes);
  EXPECT_EQ(hashes_of(inputs), expected_of(inputs));
}

TEST_P(Sha256dMany, ReadsAtAnyAlignment) {
  RandomBytes random(93);
  const Bytes text = random.bytes(3000);
  std::vector<ByteView> inputs;
  for (std::size_t at = 0; at <= 64; ++at) {
    for (const std::size_t size : {64, 119, 700})
      inputs.push_back(ByteView(text).subspan(at, size));
  }
  EXPECT_EQ(hashes_of(inputs), expected_of(inputs));
}

// One long input outlives all others and is handed on from kernel to kernel.
TEST_P(Sha256dMany, EndsALongInputAfterTheOthers) {
  RandomBytes random(94);
  for (std::size_t count = 1; count <= 34; ++count) {
    std::vector<Bytes> bytes(count);
    for (Bytes& input : bytes) input = random.bytes(80);
    bytes[count / 2] = random.bytes(100'003);
    bytes[count / 3] = random.bytes(5000);
    const std::vector<ByteView> inputs = views_of(bytes);
    ASSERT_EQ(hashes_of(inputs), expected_of(inputs)) << count;
  }
}

// Cuts within, at and across blocks of 64 bytes, and parts of nothing.
TEST_P(Sha256dMany, OverPartsIsThatOverTheWhole) {
  RandomBytes random(95);
  std::vector<Bytes> wholes(500);
  std::vector<Hash256> made(wholes.size());
  Sha256dQueue queue;
  for (std::size_t i = 0; i < wholes.size(); ++i) {
    wholes[i] = random.bytes(random.below(i % 7 == 0 ? 5000 : 400));
    std::vector<ByteView> parts;
    ByteView rest = wholes[i];
    for (std::size_t part = random.below(Sha256dQueue::kMostParts); part > 0; --part) {
      parts.push_back(rest.first(random.one_in(5) ? 0 : random.below(rest.size() + 1)));
      rest = rest.subspan(parts.back().size());
    }
    parts.push_back(rest);
    queue.add(parts, made[i]);
  }
  queue.finish();
  EXPECT_EQ(made, expected_of(views_of(wholes)));
}

TEST_P(Sha256dMany, OfNoPartsIsThatOfNothing) {
  Hash256 hash{};
  Sha256dQueue queue;
  queue.add(std::span<const ByteView>{}, hash);
  queue.finish();
  EXPECT_EQ(hash, oracle::sha256d({}));
}

TEST_P(Sha256dMany, QueueIsAsNewAfterItsEnd) {
  RandomBytes random(96);
  Sha256dQueue queue;
  queue.finish();
  for (std::size_t count = 1; count <= 40; ++count) {
    std::vector<Bytes> bytes(count);
    for (Bytes& input : bytes) input = random.bytes(random.below(700));
    std::vector<Hash256> made(count);
    for (std::size_t i = 0; i < count; ++i) queue.add(bytes[i], made[i]);
    queue.finish();
    ASSERT_EQ(made, expected_of(views_of(bytes))) << count;
  }
}

struct Rows {
  Bytes bytes;
  std::vector<Hash256> expected;
};

Rows random_rows(RandomBytes& random, std::size_t count) {
  Rows rows{random.bytes(64 * count), {}};
  for (std::size_t i = 0; i < count; ++i) {
    rows.expected.push_back(oracle::sha256d(ByteView(rows.bytes).subspan(64 * i, 64)));
  }
  return rows;
}

TEST_P(Sha256dRows, AgreeWithOpenSslForEveryCountAndWriteNothingBeyond) {
  RandomBytes random(97);
  for (std::size_t count = 0; count <= 100; ++count) {
    Rows rows = random_rows(random, count);
    std::vector<Hash256> made(count + 1, kUntouched);
    sha256d_64(rows.bytes, std::span(made).first(count));
    rows.expected.push_back(kUntouched);
    ASSERT_EQ(made, rows.expected) << count;
  }
}

TEST_P(Sha256dRows, MayBeHashedInPlace) {
  RandomBytes random(98);
  for (std::size_t count = 1; count <= 100; ++count) {
    const Rows rows = random_rows(random, count);
    std::vector<Hash256> place(2 * count);
    std::ranges::copy(rows.bytes, place.front().data());
    sha256d_64({place.front().data(), rows.bytes.size()}, std::span(place).first(count));
    place.resize(count);
    ASSERT_EQ(place, rows.expected) << count;
  }
}

}  // namespace
}  // namespace veilwire::crypto

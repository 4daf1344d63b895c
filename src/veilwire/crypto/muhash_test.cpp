#include "veilwire/crypto/muhash.h"

#include <gtest/gtest.h>

#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

Bytes element(std::uint8_t first) {
  Bytes bytes(32);
  bytes[0] = first;
  return bytes;
}

TEST(MuHash, GivesTheKnownHash) {
  MuHash hash;
  hash.add(element(0));
  hash.add(element(1));
  hash.remove(element(2));
  EXPECT_EQ(to_display(hash.hash()),
            "10d312b100cbd32ada024a6646e40d3482fcff103668d2625f10002a607d5863");
}

TEST(MuHash, OfTheEmptySetIsThatOfTheNumberOne) {
  std::array<std::uint8_t, Number3072::kBytes> one{1};
  EXPECT_EQ(MuHash().hash(), sha256(one));
}

TEST(MuHash, DoesNotDependOnTheOrder) {
  MuHash forwards;
  MuHash backwards;
  for (std::uint8_t i = 0; i < 20; ++i) {
    forwards.add(element(i));
    backwards.add(element(static_cast<std::uint8_t>(19 - i)));
  }
  EXPECT_EQ(forwards.hash(), backwards.hash());
  forwards.remove(element(3));
  EXPECT_NE(forwards.hash(), backwards.hash());
}

TEST(MuHash, OfWhatWasAddedAndRemovedIsThatOfTheEmptySet) {
  RandomBytes random(3);
  MuHash hash;
  std::vector<Bytes> elements;
  for (std::size_t i = 0; i < 30; ++i) elements.push_back(random.bytes(i * 7));
  for (const Bytes& each : elements) hash.add(each);
  for (const Bytes& each : elements) hash.remove(each);
  EXPECT_EQ(hash.hash(), MuHash().hash());
  hash.remove(elements[0]);  // before it is added
  EXPECT_NE(hash.hash(), MuHash().hash());
  hash.add(elements[0]);
  EXPECT_EQ(hash.hash(), MuHash().hash());
}

TEST(MuHash, CountsAnElementAsOftenAsItIsAdded) {
  MuHash once;
  once.add(element(5));
  MuHash twice = once;
  twice.add(element(5));
  EXPECT_NE(once.hash(), twice.hash());
}

TEST(MuHash, OfPartsIsThatOfTheWhole) {
  MuHash whole;
  MuHash first;
  MuHash second;
  for (std::uint8_t i = 0; i < 10; ++i) {
    whole.add(element(i));
    (i % 2 == 0 ? first : second).add(element(i));
  }
  whole.remove(element(77));
  second.remove(element(77));
  first.combine(second);
  EXPECT_EQ(first.hash(), whole.hash());
}

TEST(MuHash, GoesOnFromItsState) {
  MuHash hash;
  hash.add(element(1));
  hash.remove(element(2));
  MuHash again = MuHash::from_state(hash.state());
  EXPECT_EQ(again.state(), hash.state());
  again.add(element(0));
  EXPECT_EQ(to_display(again.hash()),
            "10d312b100cbd32ada024a6646e40d3482fcff103668d2625f10002a607d5863");
}

}  // namespace
}  // namespace veilwire::crypto

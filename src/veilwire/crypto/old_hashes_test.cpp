#include "veilwire/crypto/old_hashes.h"

#include <gtest/gtest.h>

#include <string>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/sha256_stream.h"

namespace veilwire::crypto {
namespace {

Bytes text(std::string_view characters) { return {characters.begin(), characters.end()}; }

const Bytes kLongText = text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");

// From the publication of RIPEMD-160.
TEST(Ripemd160, GivesItsAuthorsVectors) {
  EXPECT_EQ(to_hex(ripemd160({})), "9c1185a5c5e9fc54612808977ee8f548b2258d31");
  EXPECT_EQ(to_hex(ripemd160(text("abc"))), "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
  EXPECT_EQ(to_hex(ripemd160(kLongText)), "12a053384a9c0c88e405a06c27dcf49ada62eb2b");
}

// FIPS 180.
TEST(Sha1, GivesTheVectorsOfItsStandard) {
  EXPECT_EQ(to_hex(sha1({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(to_hex(sha1(text("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(sha1(kLongText)), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

TEST(Hash160, IsRipemd160OfSha256) { EXPECT_EQ(hash160(kLongText), ripemd160(sha256(kLongText))); }

TEST(Sha256Stream, GivesTheHashOfThePiecesTogether) {
  Sha256Stream stream;
  stream.add({}).add(ByteView(kLongText).first(7));
  Sha256Stream copy = stream;
  EXPECT_EQ(stream.add(ByteView(kLongText).subspan(7)).finish(), sha256(kLongText));
  EXPECT_EQ(copy.add(ByteView(kLongText).subspan(7)).finish_double(), sha256d(kLongText));
}

// BIP 340's definition.
TEST(Sha256Stream, BeginsATaggedHashWithTheTagsHashTwice) {
  const Hash256 tag = sha256(text("TapLeaf"));
  Bytes preimage(tag.begin(), tag.end());
  preimage.insert(preimage.end(), tag.begin(), tag.end());
  preimage.push_back(5);
  EXPECT_EQ(Sha256Stream::tagged("TapLeaf").add(Bytes{5}).finish(), sha256(preimage));
}

}  // namespace
}  // namespace veilwire::crypto

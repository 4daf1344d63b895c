#include "veilwire/proxy/first_bytes.h"

#include <gtest/gtest.h>

#include <string_view>

namespace veilwire::proxy {
namespace {

constexpr std::string_view kHeaderName{"version\0\0\0\0\0", 12};

Bytes first_bytes(const protocol::Magic& magic, std::string_view name = kHeaderName) {
  Bytes bytes(magic.begin(), magic.end());
  bytes.insert(bytes.end(), name.begin(), name.end());
  return bytes;
}

TEST(FirstBytes, AreVersion1WithAnyMagicOnceTheNameIsWhole) {
  for (const protocol::Magic& magic :
       {protocol::kMainMagic, protocol::kRegtestMagic, protocol::Magic{1, 2, 3, 4}}) {
    const Bytes bytes = first_bytes(magic);
    EXPECT_EQ(speech_of(bytes), Speech::kVersion1);
    EXPECT_EQ(magic_of(bytes), magic);
  }
}

TEST(FirstBytes, AreUndecidedUntilTheNameIsWhole) {
  const Bytes bytes = first_bytes(protocol::kMainMagic);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(speech_of(ByteView(bytes).first(size)), Speech::kUndecided) << size;
  }
}

TEST(FirstBytes, AreVersion1WhateverFollows) {
  Bytes bytes = first_bytes(protocol::kMainMagic);
  bytes.insert(bytes.end(), 100, 0xff);
  EXPECT_EQ(speech_of(bytes), Speech::kVersion1);
}

TEST(FirstBytes, AreForeignAtTheFirstByteThatDiffers) {
  const Bytes whole = first_bytes(protocol::kMainMagic);
  for (std::size_t place = 4; place < whole.size(); ++place) {
    Bytes bytes = whole;
    bytes[place] ^= 1;
    EXPECT_EQ(speech_of(ByteView(bytes).first(place)), Speech::kUndecided) << place;
    EXPECT_EQ(speech_of(ByteView(bytes).first(place + 1)), Speech::kOther) << place;
    EXPECT_EQ(speech_of(bytes), Speech::kOther) << place;
  }
}

TEST(FirstBytes, AreForeignWhereAnotherMessageComesFirst) {
  EXPECT_EQ(speech_of(first_bytes(protocol::kMainMagic, {"verack\0\0\0\0\0\0", 12})),
            Speech::kOther);
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/transport/v1_prefix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace veilwire::transport {
namespace {

Bytes v1_start(const protocol::Magic& magic) {
  Bytes bytes(40, 0xee);
  std::ranges::copy(magic, bytes.begin());
  std::ranges::copy(std::string_view("version\0\0\0\0\0", 12), bytes.begin() + 4);
  return bytes;
}

TEST(FirstBytes, AreUndecidedWhileTheyEqualThePrefix) {
  const Bytes bytes = v1_start(protocol::kMainMagic);
  for (std::size_t size = 0; size < 16; ++size) {
    EXPECT_EQ(classify_first_bytes(ByteView(bytes).first(size), protocol::kMainMagic),
              FirstBytes::kUndecided);
  }
  for (std::size_t size = 16; size <= bytes.size(); ++size) {
    EXPECT_EQ(classify_first_bytes(ByteView(bytes).first(size), protocol::kMainMagic),
              FirstBytes::kVersion1);
  }
}

TEST(FirstBytes, AreVersion2FromTheFirstThatDiffers) {
  for (std::size_t at = 0; at < 16; ++at) {
    Bytes bytes = v1_start(protocol::kMainMagic);
    bytes[at] ^= 1;
    EXPECT_EQ(classify_first_bytes(ByteView(bytes).first(at), protocol::kMainMagic),
              FirstBytes::kUndecided);
    EXPECT_EQ(classify_first_bytes(ByteView(bytes).first(at + 1), protocol::kMainMagic),
              FirstBytes::kVersion2);
  }
}

TEST(FirstBytes, AreAnotherNetworksWhereAllButTheMagicEqualsThePrefix) {
  Bytes bytes = v1_start(protocol::kTestnet3Magic);
  EXPECT_EQ(classify_first_bytes(ByteView(bytes).first(15), protocol::kMainMagic),
            FirstBytes::kVersion2);
  EXPECT_EQ(classify_first_bytes(ByteView(bytes).first(16), protocol::kMainMagic),
            FirstBytes::kOtherNetwork);
  EXPECT_EQ(classify_first_bytes(bytes, protocol::kMainMagic), FirstBytes::kOtherNetwork);
  bytes[15] = 1;
  EXPECT_EQ(classify_first_bytes(bytes, protocol::kMainMagic), FirstBytes::kVersion2);
}

// One byte of the magic is enough to be another network's.
TEST(FirstBytes, AreAnotherNetworksWhateverByteOfTheMagicDiffers) {
  for (std::size_t at = 0; at < 4; ++at) {
    Bytes bytes = v1_start(protocol::kMainMagic);
    bytes[at] ^= 0x80;
    EXPECT_EQ(classify_first_bytes(bytes, protocol::kMainMagic), FirstBytes::kOtherNetwork);
  }
}

}  // namespace
}  // namespace veilwire::transport

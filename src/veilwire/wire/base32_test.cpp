#include "veilwire/wire/base32.h"

#include <gtest/gtest.h>

#include "veilwire/wire/testing/patterns.h"
#include "veilwire/wire/text_bytes.h"

namespace veilwire::wire {
namespace {

// RFC 4648, section 10, in lower case and without padding.
TEST(Base32, GivesTheVectorsOfTheRfc) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "my"},
                                                                   {"fo", "mzxq"},
                                                                   {"foo", "mzxw6"},
                                                                   {"foob", "mzxw6yq"},
                                                                   {"fooba", "mzxw6ytb"},
                                                                   {"foobar", "mzxw6ytboi"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(to_base32(bytes_of(bytes)), text);
    const auto back = from_base32(text);
    ASSERT_TRUE(back) << text;
    EXPECT_EQ(text_of(*back), bytes);
  }
}

TEST(Base32, IsReadInEitherCase) { EXPECT_EQ(from_base32("MzXw6"), from_base32("mzxw6")); }

TEST(Base32, GivesBackAnyBytes) {
  for (std::size_t size = 0; size < 80; ++size) {
    const Bytes bytes = testing::pattern(size, size * 31);
    EXPECT_EQ(from_base32(to_base32(bytes)), bytes);
  }
}

TEST(Base32, RefusesWhatNoBytesGive) {
  for (const std::string_view text :
       {"a", "mzx", "mzxw6y", "my======", "m1", "m8", "m-", "m z", "mz"}) {
    EXPECT_FALSE(from_base32(text)) << text;
  }
}

}  // namespace
}  // namespace veilwire::wire

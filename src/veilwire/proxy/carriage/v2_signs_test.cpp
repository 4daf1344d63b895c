#include "veilwire/proxy/carriage/v2_signs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace veilwire::proxy {
namespace {

// No text, and no version 1.
Bytes random_bytes(std::size_t count) {
  Bytes out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(i * 151 + 130);
  return out;
}

Bytes beginning_with(std::string_view text) {
  Bytes out(200);
  std::copy(text.begin(), text.end(), out.begin());
  return out;
}

V2Signs signs_of(ByteView program, ByteView target) {
  V2Signs signs;
  signs.program_said(program);
  signs.target_said(target);
  return signs;
}

TEST(V2Signs, AreThereOnceBothHaveSaidEnough) {
  EXPECT_TRUE(signs_of(random_bytes(100), random_bytes(100)).are_there());
  EXPECT_FALSE(signs_of(random_bytes(99), random_bytes(100)).are_there());
  EXPECT_FALSE(signs_of(random_bytes(100), random_bytes(99)).are_there());
}

TEST(V2Signs, DoNotDependOnTheCut) {
  V2Signs signs;
  for (const std::uint8_t byte : random_bytes(100)) {
    EXPECT_FALSE(signs.are_there());
    signs.program_said({&byte, 1});
    signs.target_said({&byte, 1});
  }
  EXPECT_TRUE(signs.are_there());
}

TEST(V2Signs, AreNotThereWhereEitherSideSaysSomethingElse) {
  const Bytes random = random_bytes(200);
  using namespace std::string_view_literals;
  for (const std::string_view other :
       {"GET / HTTP/1.0\r\n\r\n"sv, "220 mail.example ESMTP"sv, "SSH-2.0-OpenSSH_9.6\r\n"sv,
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"sv, "\xf9\xbe\xb4\xd9version\0\0\0\0\0"sv}) {
    EXPECT_FALSE(signs_of(beginning_with(other), random).are_there()) << other;
    EXPECT_FALSE(signs_of(random, beginning_with(other)).are_there()) << other;
  }
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/consensus/script/signature_encoding.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/script/signature_hash.h"

namespace veilwire::consensus {
namespace {

// The type stands at the end.
const Bytes kShortest{0x30, 0x06, 0x02, 0x01, 0x11, 0x02, 0x01, 0x22, 0x01};

TEST(StrictDer, HasTwoNumbers) {
  EXPECT_TRUE(is_strict_der(kShortest));
  EXPECT_FALSE(is_strict_der(Bytes{0x30, 0x06, 0x02, 0x04, 0x11, 0x12, 0x13, 0x14, 0x01}));
  EXPECT_FALSE(is_strict_der(Bytes{0x30, 0x06, 0x02, 0x02, 0x11, 0x12, 0x02, 0x00, 0x01}));
}

TEST(StrictDer, HasNumbersInTheirShortestForm) {
  EXPECT_TRUE(is_strict_der(Bytes{0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x22, 0x01}));
  EXPECT_FALSE(is_strict_der(Bytes{0x30, 0x06, 0x02, 0x01, 0x91, 0x02, 0x01, 0x22, 0x01}));
  EXPECT_FALSE(is_strict_der(Bytes{0x30, 0x07, 0x02, 0x02, 0x00, 0x11, 0x02, 0x01, 0x22, 0x01}));
  EXPECT_TRUE(is_strict_der(Bytes{0x30, 0x07, 0x02, 0x02, 0x00, 0x91, 0x02, 0x01, 0x22, 0x01}));
}

TEST(StrictDer, HasNoNumberThatReachesBeyondIt) {
  for (const unsigned size : {5u, 6u, 7u, 8u, 0x7fu, 0xffu}) {
    const auto byte = static_cast<std::uint8_t>(size);
    EXPECT_FALSE(is_strict_der(Bytes{0x30, 0x06, 0x02, byte, 0x11, 0x12, 0x13, 0x14, 0x01}));
  }
}

TEST(StrictDer, Has73BytesAtMost) {
  const auto signature = [](std::uint8_t first, std::uint8_t second) {
    Bytes bytes{0x30, static_cast<std::uint8_t>(first + second + 4), 0x02, first};
    bytes.insert(bytes.end(), first, 0x11);
    bytes.insert(bytes.end(), {0x02, second});
    bytes.insert(bytes.end(), second, 0x11);
    bytes.push_back(0x01);
    return bytes;
  };
  ASSERT_EQ(signature(33, 33).size(), 73u);
  EXPECT_TRUE(is_strict_der(signature(33, 33)));
  EXPECT_FALSE(is_strict_der(signature(33, 34)));
}

TEST(StrictEncoding, KnowsThreeTypesWithAnyoneCanPayAndWithout) {
  for (unsigned type = 0; type <= 0xff; ++type) {
    Bytes signature = kShortest;
    signature.back() = static_cast<std::uint8_t>(type);
    const unsigned choice = type & ~kSighashAnyoneCanPay;
    EXPECT_EQ(check_signature_encoding(signature, ScriptFlag::kStrictEncoding),
              choice >= 1 && choice <= 3 ? ScriptError::kOk : ScriptError::kSignatureHashType)
        << type;
  }
}

}  // namespace
}  // namespace veilwire::consensus

#include "veilwire/wire/writer.h"

#include <gtest/gtest.h>

#include "veilwire/base/hex.h"
#include "veilwire/wire/reader.h"

namespace veilwire::wire {
namespace {

TEST(Writer, WritesNumbersLowByteFirst) {
  Bytes out;
  Writer writer(out);
  writer.u8(0x01);
  writer.u16(0x0302);
  writer.u32(0x07060504);
  writer.u64(0x0f0e0d0c0b0a0908);
  writer.i32(-2);
  writer.i64(-3);
  writer.u16_big_endian(8333);
  EXPECT_EQ(to_hex(out), "0102030405060708090a0b0c0d0e0ffefffffffdffffffffffffff208d");
}

TEST(Writer, AppendsToWhatIsThere) {
  Bytes out = {9};
  Writer writer(out);
  writer.bytes(Bytes{1, 2});
  writer.bytes({});
  writer.sized_bytes(Bytes{3, 4, 5});
  writer.sized_bytes({});
  EXPECT_EQ(to_hex(out), "0901020303040500");
}

TEST(Writer, WritesACompactSizeInItsShortestForm) {
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{0xfc}, std::uint64_t{0xfd}, std::uint64_t{0xffff},
        std::uint64_t{0x1'0000}, std::uint64_t{0xffff'ffff}, std::uint64_t{0x1'0000'0000},
        std::uint64_t{UINT64_MAX}}) {
    Bytes out;
    Writer(out).compact_size(value);
    EXPECT_EQ(out.size(), compact_size_bytes(value));
    Reader reader(out);
    EXPECT_EQ(reader.compact_size(), value);
    EXPECT_TRUE(reader.ok());
    EXPECT_EQ(reader.left(), 0u);
  }
}

}  // namespace
}  // namespace veilwire::wire

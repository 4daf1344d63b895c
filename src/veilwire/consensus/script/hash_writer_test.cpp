#include "veilwire/consensus/script/hash_writer.h"

#include <gtest/gtest.h>

#include "veilwire/crypto/sha256.h"
#include "veilwire/wire/writer.h"

namespace veilwire::consensus {
namespace {

TEST(HashWriter, WritesCountsAsMessagesHaveThem) {
  for (const std::uint64_t count : {0x00ull, 0xfcull, 0xfdull, 0xffffull, 0x1'0000ull,
                                    0xffff'ffffull, 0x1'0000'0000ull, ~0ull}) {
    Bytes written;
    wire::Writer(written).compact_size(count);
    HashWriter writer;
    writer.compact_size(count);
    EXPECT_EQ(writer.count(), written.size()) << count;
    EXPECT_EQ(writer.finish(), crypto::sha256(written)) << count;
  }
}

TEST(HashWriter, HashesTheSameHoweverFullItsBufferIs) {
  for (std::size_t size = 500; size < 520; ++size) {
    const Bytes first(size, 0x11);
    Bytes written = first;
    written.insert(written.end(), {0x04, 0x03, 0x02, 0x01, 0x55});
    HashWriter writer;
    writer.bytes(first).u32(0x0102'0304).u8(0x55);
    EXPECT_EQ(writer.finish(), crypto::sha256(written)) << size;
  }
}

}  // namespace
}  // namespace veilwire::consensus

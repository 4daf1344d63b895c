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

}  // namespace
}  // namespace veilwire::consensus

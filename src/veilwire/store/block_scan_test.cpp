#include "veilwire/store/block_scan.h"

#include <gtest/gtest.h>

#include "veilwire/base/endian.h"
#include "veilwire/host/testing/simulated_disk.h"

namespace veilwire::store {
namespace {

using host::testing::SimulatedDisk;

const std::string kFolder = "blocks";
constexpr protocol::Magic kMagic{0xfa, 0xbf, 0xb5, 0xda};

class BlockScanTest : public ::testing::Test {
 protected:
  BlockScanTest() { EXPECT_TRUE(disk_.make_folder(kFolder)); }

  // A block of so many bytes, told apart by its nonce.
  static Bytes block(std::uint32_t nonce, std::size_t size) {
    Bytes bytes(size, 0x11);
    store_le(bytes.data() + 76, nonce);
    return bytes;
  }
  static Bytes head(std::size_t size) {
    Bytes bytes(kMagic.begin(), kMagic.end());
    bytes.resize(8);
    store_le(bytes.data() + 4, static_cast<std::uint32_t>(size));
    return bytes;
  }
  static void append(Bytes& to, const Bytes& bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
  }
  static void append_block(Bytes& to, const Bytes& bytes) {
    append(to, head(bytes.size()));
    append(to, bytes);
  }
  void write(const std::string& name, Bytes bytes, ByteView key = {}) {
    for (std::size_t i = 0; !key.empty() && i < bytes.size(); ++i) bytes[i] ^= key[i % key.size()];
    const auto file = disk_.open(kFolder + "/" + name, host::Opening::kOrNew).value();
    ASSERT_TRUE(file->write_at(0, bytes));
  }
  // The nonces of what is found, each read again and compared.
  std::vector<std::uint32_t> found() {
    auto scan = BlockScan::open(disk_, kFolder, kMagic).value();
    std::vector<std::pair<std::uint32_t, Place>> all;
    EXPECT_TRUE(scan.find_all([&](const wire::BlockHeader& header, const Place& place) {
      all.emplace_back(header.nonce, place);
    }));
    std::vector<std::uint32_t> nonces;
    for (const auto& [nonce, place] : all) {
      EXPECT_EQ(scan.read(place).value(), block(nonce, place.bytes));
      nonces.push_back(nonce);
    }
    return nonces;
  }

  SimulatedDisk disk_;
};

TEST_F(BlockScanTest, FindsEveryBlockInTheOrderOfTheFiles) {
  Bytes first, second;
  append_block(first, block(1, 300));
  append_block(first, block(2, 81));
  append_block(second, block(3, 70'000));
  write("blk00000.dat", first);
  write("blk00001.dat", second);
  write("rev00000.dat", first);
  write("blkfoo.dat", first);
  EXPECT_EQ(found(), (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST_F(BlockScanTest, PassesOverWhatIsNoBlock) {
  Bytes file(10, 0x77);
  append_block(file, block(1, 300));
  append(file, Bytes(200'000, 0));  // a file made longer in advance, across two windows
  append(file, head(80));           // no block is as short as its header
  append(file, head(4'000'001));    // nor as long as this
  append_block(file, block(2, 300));
  append(file, head(300));  // torn
  append(file, Bytes(20, 0x33));
  write("blk00000.dat", file);
  EXPECT_EQ(found(), (std::vector<std::uint32_t>{1, 2}));
}

TEST_F(BlockScanTest, TakesTheScrambleOffBlocks) {
  const Bytes key{1, 2, 3, 4, 5, 6, 7, 8};
  Bytes file(3, 0);  // so that the blocks do not lie at a multiple of eight
  append_block(file, block(1, 299));
  append_block(file, block(2, 301));
  write("xor.dat", key);
  write("blk00000.dat", file, key);
  EXPECT_EQ(found(), (std::vector<std::uint32_t>{1, 2}));
}

TEST_F(BlockScanTest, RefusesAKeyThatIsTooShort) {
  write("xor.dat", Bytes(7, 1));
  const auto scan = BlockScan::open(disk_, kFolder, kMagic);
  ASSERT_FALSE(scan);
  EXPECT_EQ(scan.error().kind, StoreError::Kind::kDamaged);
}

TEST_F(BlockScanTest, SaysWhereAFolderIsMissing) {
  auto scan = BlockScan::open(disk_, "elsewhere", kMagic).value();
  const auto done = scan.find_all([](const wire::BlockHeader&, const Place&) {});
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().text.find("elsewhere"), std::string::npos);
}

}  // namespace
}  // namespace veilwire::store

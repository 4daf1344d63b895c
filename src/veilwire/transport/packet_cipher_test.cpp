// What the BIP's vectors do not say of packets: many at once, in place, and what is made ahead.
#include "veilwire/transport/packet_cipher.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/transport/testing/end.h"

namespace veilwire::transport {
namespace {

using testing::filled;

DirectionKeys some_keys() {
  DirectionKeys keys;
  keys.length.span()[0] = 1;
  keys.packet.span()[0] = 2;
  return keys;
}

Bytes sealed_one_by_one(std::span<const Bytes> all_contents) {
  PacketSealer sealer(some_keys());
  Bytes wire;
  for (const Bytes& contents : all_contents) {
    Bytes packet(contents.size() + kPacketExpansionBytes);
    sealer.seal({0, contents, packet.data()});
    wire.insert(wire.end(), packet.begin(), packet.end());
  }
  return wire;
}

std::vector<Bytes> contents_of_many_sizes() {
  std::vector<Bytes> all;
  for (std::size_t i = 0; i < 500; ++i) {
    all.push_back(filled(i * 37 % 700, static_cast<std::uint8_t>(i)));
  }
  return all;
}

TEST(PacketSealer, SealsManyToTheBytesThatOneByOneGives) {
  const std::vector<Bytes> all = contents_of_many_sizes();
  const Bytes expected = sealed_one_by_one(all);
  Bytes wire(expected.size());
  std::vector<PlainPacket> packets;
  std::uint8_t* out = wire.data();
  for (const Bytes& contents : all) {
    packets.push_back({0, contents, out});
    out += contents.size() + kPacketExpansionBytes;
  }
  PacketSealer sealer(some_keys());
  sealer.seal_many(packets);
  EXPECT_EQ(wire, expected);
  EXPECT_EQ(sealer.packets(), all.size());
  EXPECT_EQ(sealer.rekeys(), 2U);
}

TEST(PacketSealer, SealsContentsThatLieInThePacketAlready) {
  const std::vector<Bytes> all = contents_of_many_sizes();
  const Bytes expected = sealed_one_by_one(all);
  Bytes wire(expected.size());
  std::vector<PlainPacket> packets;
  std::uint8_t* out = wire.data();
  for (const Bytes& contents : all) {
    std::ranges::copy(contents, out + kLengthBytes + kHeaderBytes);
    packets.push_back({0, {out + kLengthBytes + kHeaderBytes, contents.size()}, out});
    out += contents.size() + kPacketExpansionBytes;
  }
  PacketSealer sealer(some_keys());
  sealer.seal_many(packets);
  EXPECT_EQ(wire, expected);
}

TEST(PacketOpener, OpensInPlace) {
  const std::vector<Bytes> all = contents_of_many_sizes();
  Bytes wire = sealed_one_by_one(all);
  PacketOpener opener(some_keys());
  ByteSpan rest = wire;
  for (const Bytes& contents : all) {
    ASSERT_EQ(opener.open_length(rest.first<kLengthBytes>()), contents.size());
    rest = rest.subspan(kLengthBytes);
    ASSERT_TRUE(opener.open(rest.first(contents.size() + kHeaderBytes + kTagBytes), rest.data()));
    EXPECT_TRUE(std::ranges::equal(rest.subspan(kHeaderBytes, contents.size()), contents));
    rest = rest.subspan(contents.size() + kHeaderBytes + kTagBytes);
  }
}

TEST(PacketOpener, LeavesNothingOfAPacketThatDoesNotVerify) {
  const std::vector<Bytes> all{filled(500)};
  Bytes wire = sealed_one_by_one(all);
  wire.back() ^= 1;
  PacketOpener opener(some_keys());
  ASSERT_EQ(opener.open_length(std::span(wire).first<kLengthBytes>()), 500U);
  Bytes plaintext = filled(501, 0xff);
  EXPECT_FALSE(opener.open(ByteView(wire).subspan(kLengthBytes), plaintext.data()));
  EXPECT_EQ(plaintext, filled(501, 0));
}

TEST(PacketSealer, GivesBackWhatItMadeAheadAndGoesOn) {
  const std::vector<Bytes> all = contents_of_many_sizes();
  const Bytes expected = sealed_one_by_one(all);
  PacketSealer sealer(some_keys());
  Bytes wire;
  for (const Bytes& contents : all) {
    Bytes packet(contents.size() + kPacketExpansionBytes);
    sealer.seal({0, contents, packet.data()});
    wire.insert(wire.end(), packet.begin(), packet.end());
    sealer.release_ahead();
    ASSERT_EQ(sealer.ahead_bytes(), 0U);
  }
  EXPECT_EQ(wire, expected);
}

}  // namespace
}  // namespace veilwire::transport

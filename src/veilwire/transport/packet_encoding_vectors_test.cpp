// BIP 324's packet encoding vectors, at the cipher and through the whole transport. Two of them are
// stated here, one for each role; all of them are read from the test data where that is present.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "veilwire/base/hex.h"
#include "veilwire/transport/key_schedule.h"
#include "veilwire/transport/packet_cipher.h"
#include "veilwire/transport/testing/end.h"
#include "veilwire/transport/testing/sources.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::transport {
namespace {

using testing::given_garbage;
using testing::GivenKey;

// Columns of the BIP's table; the middle ones about X coordinates are libsecp256k1's own affair.
struct Vector {
  std::size_t index;  // packets before this one
  std::string private_key;
  std::string ellswift_ours;
  std::string ellswift_theirs;
  bool initiating;
  std::string contents;
  std::size_t multiply;
  std::string aad;
  bool ignore;
  std::string shared_secret;
  std::string initiator_l;
  std::string initiator_p;
  std::string responder_l;
  std::string responder_p;
  std::string send_terminator;
  std::string recv_terminator;
  std::string session_id;
  std::string ciphertext;
  std::string ciphertext_end;
};

const Vector kStated[] = {
    {1, "61062ea5071d800bbfd59e2e8b53d47d194b095ae5a4df04936b49772ef0d4d7",
     "ec0adff257bbfe500c188c80b4fdd640f6b45a482bbc15fc7cef5931deff0aa1"
     "86f6eb9bba7b85dc4dcc28b28722de1e3d9108b985e2967045668f66098e475b",
     "a4a94dfce69b4a2a0a099313d10f9f7e7d649d60501c9e1d274c300e0d89aafa"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff8faf88d5",
     true, "8e", 1, "", false, "c6992a117f5edbea70c3f511d32d26b9798be4b81a62eaee1a5acaa8459a3592",
     "9a6478b5fbab1f4dd2f78994b774c03211c78312786e602da75a0d1767fb55cf",
     "7d0c7820ba6a4d29ce40baf2caa6035e04f1e1cefd59f3e7e59e9e5af84f1f51",
     "17bc726421e4054ac6a1d54915085aaa766f4d3cf67bbd168e6080eac289d15e",
     "9f0fc1c0e85fd9a8eee07e6fc41dba2ff54c7729068a239ac97c37c524cca1c0",
     "faef555dfcdb936425d84aba524758f3", "02cb8ff24307a6e27de3b4e7ea3fa65b",
     "ce72dffb015da62b0d0f5474cab8bc72605225b0cee3f62312ec680ec5f41ba5",
     "7530d2a18720162ac09c25329a60d75adf36eda3c3", ""},
    {999, "6f312890ec83bbb26798abaadd574684a53e74ccef7953b790fcc29409080246",
     "a8785af31c029efc82fa9fc677d7118031358d7c6a25b5779a9b900e5ccd94aa"
     "c97eb36a3c5dbcdb2ca5843cc4c2fe0aaa46d10eb3d233a81c3dde476da00eef",
     "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"
     "0000000000000000000000000000000000000000000000000000000000000000",
     false, "3eb1d4e98035cfd8eeb29bac969ed3824a", 1, "", false,
     "a6f79eb08243b6f65dbe42bfe4a6cf3f131d6963fa5d06c770a18f7b9c489b78",
     "efc938c88c925459a9c837238716cfadfb1c3016f60d12923933710b5fcc9b55",
     "91702f3cbd33b3c4a0b29b40548aea1ab01e43582db194afee70637d247aa036",
     "7f457572e4260c611a6858acc8f325d87a3c8af8a59ce1da26ef6041f35715e8",
     "1fe4d56334f5b0a5bd3c71ce4e338f40fc7e194925daa7ee6ce98aecf1766d7c",
     "44737108aec5f8b6c1c277b31bbce9c1", "ca29b3a35237f8212bd13ed187a1da2e",
     "b0490e26111cb2d55bbff2ace00f7f644f64006539abb4e7513f05107bb10608",
     "d78adbcba0eebfb15cfbd8142c84dc729d233d0dc11b1d851e46a114122b8d5b96b7d59317", ""},
};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == ',') {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

std::vector<Vector> read_vectors() {
  std::ifstream file(std::string(VEILWIRE_TEST_DATA) +
                     "/vectors/bip324/packet_encoding_test_vectors.csv");
  std::vector<Vector> vectors;
  std::string line;
  std::getline(file, line);  // the names of the columns
  while (std::getline(file, line)) {
    const auto f = split(line);
    vectors.push_back({std::stoul(f.at(0)), f.at(1), f.at(2), f.at(3), f.at(4) == "1", f.at(5),
                       std::stoul(f.at(6)), f.at(7), f.at(8) == "1", f.at(12), f.at(13), f.at(14),
                       f.at(15), f.at(16), f.at(17), f.at(18), f.at(19), f.at(20), f.at(21)});
  }
  return vectors;
}

Bytes from(const std::string& hex) { return *from_hex(hex); }

Secret<32> secret_from(const std::string& hex) {
  const Bytes bytes = from(hex);
  return Secret<32>(std::span<const std::uint8_t>(bytes).first<32>());
}

crypto::EllSwift64 ellswift_from(const std::string& hex) {
  crypto::EllSwift64 ellswift;
  std::ranges::copy(from(hex), ellswift.begin());
  return ellswift;
}

Bytes contents_of(const Vector& vector) {
  const Bytes once = from(vector.contents);
  Bytes contents;
  contents.reserve(once.size() * vector.multiply);
  for (std::size_t i = 0; i < vector.multiply; ++i) {
    contents.insert(contents.end(), once.begin(), once.end());
  }
  return contents;
}

std::uint8_t header_of(const Vector& vector) { return vector.ignore ? kIgnoreBit : 0; }

void expect_ciphertext(const Vector& vector, ByteView packet) {
  if (!vector.ciphertext.empty()) {
    EXPECT_EQ(to_hex(packet), vector.ciphertext);
  }
  const Bytes end = from(vector.ciphertext_end);
  ASSERT_GE(packet.size(), end.size());
  EXPECT_EQ(to_hex(packet.last(end.size())), vector.ciphertext_end);
}

ConnectionKeys keys_of(const Vector& vector) {
  const crypto::EphemeralKey key{secret_from(vector.private_key),
                                 ellswift_from(vector.ellswift_ours)};
  const auto shared_secret = crypto::ellswift_shared_secret(
      key, ellswift_from(vector.ellswift_theirs),
      vector.initiating ? crypto::Initiating::kYes : crypto::Initiating::kNo);
  EXPECT_EQ(to_hex(shared_secret->span()), vector.shared_secret);
  return derive_keys(*shared_secret, protocol::kMainMagic);
}

void check_key_schedule(const Vector& vector) {
  const ConnectionKeys keys = keys_of(vector);
  EXPECT_EQ(to_hex(keys.initiator.length.span()), vector.initiator_l);
  EXPECT_EQ(to_hex(keys.initiator.packet.span()), vector.initiator_p);
  EXPECT_EQ(to_hex(keys.responder.length.span()), vector.responder_l);
  EXPECT_EQ(to_hex(keys.responder.packet.span()), vector.responder_p);
  EXPECT_EQ(to_hex(keys.session_id.span()), vector.session_id);
  EXPECT_EQ(to_hex(keys.initiator_terminator.span()),
            vector.initiating ? vector.send_terminator : vector.recv_terminator);
  EXPECT_EQ(to_hex(keys.responder_terminator.span()),
            vector.initiating ? vector.recv_terminator : vector.send_terminator);
}

// Seals the vector's packet after empty ones, and opens all of them as the other side would.
void check_packet_cipher(const Vector& vector) {
  const ConnectionKeys keys = keys_of(vector);
  const DirectionKeys& ours = vector.initiating ? keys.initiator : keys.responder;
  PacketSealer sealer(ours);
  PacketOpener opener(ours);
  Bytes packet(kPacketExpansionBytes);
  for (std::size_t i = 0; i < vector.index; ++i) {
    sealer.seal({0, {}, packet.data()});
    ASSERT_EQ(opener.open_length(std::span(packet).first<kLengthBytes>()), 0U);
    std::uint8_t header = 0xff;
    ASSERT_TRUE(opener.open(ByteView(packet).subspan(kLengthBytes), &header));
  }

  const Bytes contents = contents_of(vector);
  const Bytes aad = from(vector.aad);
  packet.resize(contents.size() + kPacketExpansionBytes);
  sealer.seal({header_of(vector), contents, packet.data()}, aad);
  expect_ciphertext(vector, packet);

  ASSERT_EQ(opener.open_length(std::span(packet).first<kLengthBytes>()), contents.size());
  Bytes plaintext(kHeaderBytes + contents.size());
  ASSERT_TRUE(opener.open(ByteView(packet).subspan(kLengthBytes), plaintext.data(), aad));
  EXPECT_EQ(plaintext.front(), header_of(vector));
  EXPECT_TRUE(std::equal(contents.begin(), contents.end(), plaintext.begin() + 1));
}

// A transport with the vector's key whose packets are, one after the other: empty decoys, the
// vector's packet, and where that is a decoy the version packet.
V2Config config_for(const Vector& vector) {
  V2Config config{.garbage = given_garbage(from(vector.aad)),
                  .decoys_before_version = std::vector<Bytes>(vector.index)};
  if (vector.ignore) {
    config.decoys_before_version.push_back(contents_of(vector));
  } else {
    config.version_contents = contents_of(vector);
  }
  return config;
}

void check_transport(const Vector& vector) {
  GivenKey key(secret_from(vector.private_key), ellswift_from(vector.ellswift_ours));
  testing::FailingEntropy no_entropy;
  V2Transport transport(vector.initiating ? Role::kInitiator : Role::kResponder, config_for(vector),
                        key, no_entropy, TimePoint{});
  const Bytes theirs = from(vector.ellswift_theirs);
  const std::size_t taken = transport.feed(TimePoint{}, theirs);
  if (contents_of(vector).size() > kMaxContentsBytes) {
    testing::expect_fault(transport.fault(), Rule::kBadConfiguration);
    return;
  }
  ASSERT_EQ(taken, theirs.size());

  ByteView sent = transport.bytes_to_send();
  EXPECT_EQ(to_hex(sent.first(kEllSwiftBytes)), vector.ellswift_ours);
  sent = sent.subspan(kEllSwiftBytes + vector.aad.size() / 2);
  EXPECT_EQ(to_hex(sent.first(kGarbageTerminatorBytes)), vector.send_terminator);
  sent = sent.subspan(kGarbageTerminatorBytes + vector.index * kPacketExpansionBytes);
  const std::size_t packet_bytes = contents_of(vector).size() + kPacketExpansionBytes;
  ASSERT_EQ(sent.size(), packet_bytes + (vector.ignore ? kPacketExpansionBytes : 0));
  expect_ciphertext(vector, sent.first(packet_bytes));
}

TEST(PacketEncodingVectors, TheStatedOnesGiveTheBipsKeys) {
  for (const Vector& vector : kStated) check_key_schedule(vector);
}

TEST(PacketEncodingVectors, TheStatedOnesGiveTheBipsPackets) {
  for (const Vector& vector : kStated) check_packet_cipher(vector);
}

TEST(PacketEncodingVectors, TheStatedOnesLeaveTheTransportSo) {
  for (const Vector& vector : kStated) check_transport(vector);
}

TEST(PacketEncodingVectors, AllOfThemHold) {
  const std::vector<Vector> vectors = read_vectors();
  if (vectors.empty()) {
    GTEST_SKIP() << "vectors/bip324/packet_encoding_test_vectors.csv is not in VEILWIRE_TEST_DATA ("
                 << VEILWIRE_TEST_DATA << "); the two vectors stated in this file were checked.";
  }
  std::size_t longest = 0;
  for (const Vector& vector : vectors) {
    longest = std::max(longest, contents_of(vector).size());
    SCOPED_TRACE("vector with packet " + std::to_string(vector.index));
    check_key_schedule(vector);
    check_packet_cipher(vector);
    check_transport(vector);
  }
  // The cipher goes further than the transport, which refuses such contents.
  EXPECT_EQ(longest, (1U << 24) - 1);
}

}  // namespace
}  // namespace veilwire::transport

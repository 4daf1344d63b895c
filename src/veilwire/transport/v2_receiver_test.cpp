// What a version 2 transport makes of what arrives: every rule that a peer can break, and
// everything that looks odd and breaks none. The peer is scripted; the transport plays both roles,
// and the bytes come in every cut.
#include "veilwire/transport/v2_receiver.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "veilwire/transport/testing/scripted_peer.h"

namespace veilwire::transport {
namespace {

using testing::Cut;
using testing::expect_fault;
using testing::filled;
using testing::kPing;
using testing::no_garbage;
using testing::ScriptedPeer;

// Contents of a message under its long name.
Bytes long_contents(std::string_view padded_name, ByteView payload = {}) {
  Bytes contents(1 + protocol::kMessageNameBytes);
  std::ranges::copy(padded_name, contents.begin() + 1);
  contents.insert(contents.end(), payload.begin(), payload.end());
  return contents;
}

class V2ReceiverInAnyCut : public testing::ScriptedPeerTest {};
INSTANTIATE_TEST_SUITE_P(Cuts, V2ReceiverInAnyCut,
                         ::testing::ValuesIn(testing::all_roles_and_cuts()),
                         ::testing::PrintToStringParamName());

// -- Garbage --------------------------------------------------------------------------------------

TEST_P(V2ReceiverInAnyCut, AcceptsEverySizeOfGarbageUpTo4095Bytes) {
  for (const std::size_t size : {0UL, 1UL, 15UL, 16UL, 17UL, 4094UL, 4095UL}) {
    ScriptedPeer other = peer();
    other.shake_hands(filled(size));
    EXPECT_FALSE(other.subject().fault());
    EXPECT_TRUE(other.subject().established()) << size;
    EXPECT_EQ(other.subject().info().received.garbage_bytes, size);
  }
}

TEST_P(V2ReceiverInAnyCut, RefusesGarbageOver4095Bytes) {
  ScriptedPeer other = peer();
  other.send_key();
  other.send(filled(4096));
  other.send(other.terminator());
  expect_fault(other.subject().fault(), Rule::kGarbageTooLong);
}

TEST_P(V2ReceiverInAnyCut, LooksForTheTerminatorInExactly4111Bytes) {
  ScriptedPeer other = peer();
  other.send_key();
  other.send(filled(4110));
  EXPECT_FALSE(other.subject().fault());
  other.send(filled(1));
  expect_fault(other.subject().fault(), Rule::kGarbageTooLong);
}

TEST_P(V2ReceiverInAnyCut, IsNotMisledByAlmostATerminator) {
  ScriptedPeer other = peer();
  other.send_key();
  // Each byte of the terminator wrong in turn, then the first 15 of it.
  Bytes garbage;
  for (std::size_t i = 0; i < kGarbageTerminatorBytes; ++i) {
    Bytes almost = other.terminator();
    almost[i] ^= 1;
    garbage.insert(garbage.end(), almost.begin(), almost.end());
  }
  const Bytes terminator = other.terminator();
  garbage.insert(garbage.end(), terminator.begin(), terminator.end() - 1);
  other.send(garbage);
  other.send(terminator);
  other.send_packet(0, {}, garbage);
  EXPECT_TRUE(other.subject().established());
  EXPECT_EQ(other.subject().info().received.garbage_bytes, garbage.size());
}

TEST_P(V2ReceiverInAnyCut, WaitsInSilenceAfterTheKey) {
  ScriptedPeer other = peer();
  other.send_key();
  other.pass(kDefaultHandshakeTimeout - Duration(1));
  EXPECT_FALSE(other.subject().fault());
  other.send(other.terminator());
  other.send_packet(0, {});
  EXPECT_TRUE(other.subject().established());
}

// -- Authentication -------------------------------------------------------------------------------

TEST_P(V2ReceiverInAnyCut, RefusesAFirstPacketThatDoesNotAuthenticateTheGarbage) {
  ScriptedPeer other = peer();
  other.send_key();
  other.send(filled(100));
  other.send(other.terminator());
  other.send_packet(0, {}, filled(100, 0x5b));
  expect_fault(other.subject().fault(), Rule::kAuthenticationFailed);
  EXPECT_FALSE(other.subject().established());
}

TEST_P(V2ReceiverInAnyCut, AuthenticatesTheGarbageByADecoyWhereThatComesFirst) {
  ScriptedPeer other = peer();
  other.send_key();
  const Bytes garbage = filled(100);
  other.send(garbage);
  other.send(other.terminator());
  other.send_packet(kIgnoreBit, filled(5), garbage);
  EXPECT_FALSE(other.subject().fault());
  other.send_packet(0, {});
  EXPECT_TRUE(other.subject().established());
}

TEST_P(V2ReceiverInAnyCut, RefusesAPacketWithAnyByteChanged) {
  for (std::size_t at = kLengthBytes; at < kPing.size() + kPacketExpansionBytes; ++at) {
    ScriptedPeer other = peer();
    other.shake_hands();
    Bytes packet = other.packet(0, kPing);
    packet[at] ^= 0x80;
    other.send(packet);
    expect_fault(other.subject().fault(), Rule::kAuthenticationFailed);
    EXPECT_TRUE(other.subject().messages().empty());
  }
}

TEST_P(V2ReceiverInAnyCut, RefusesAReplayedPacket) {
  ScriptedPeer other = peer();
  other.shake_hands();
  const Bytes packet = other.packet(0, kPing);
  other.send(packet);
  EXPECT_EQ(other.subject().messages().size(), 1U);
  // Its length no longer opens to the same; whatever it opens to, it is not taken for a packet.
  Bytes replayed = packet;
  const Bytes next = other.packet(0, kPing);
  std::copy_n(next.begin(), kLengthBytes, replayed.begin());
  other.send(replayed);
  expect_fault(other.subject().fault(), Rule::kAuthenticationFailed);
  EXPECT_EQ(other.subject().messages().size(), 1U);
}

TEST_P(V2ReceiverInAnyCut, DeliversWhatCameBeforeABadPacket) {
  ScriptedPeer other = peer();
  other.shake_hands();
  Bytes bytes = other.packet(0, kPing);
  Bytes bad = other.packet(0, kPing);
  bad.back() ^= 1;
  bytes.insert(bytes.end(), bad.begin(), bad.end());
  other.send(bytes);
  EXPECT_EQ(other.subject().messages().size(), 1U);
  expect_fault(other.subject().fault(), Rule::kAuthenticationFailed);
}

// -- Lengths --------------------------------------------------------------------------------------

TEST_P(V2ReceiverInAnyCut, AcceptsContentsOf4000013Bytes) {
  ScriptedPeer other = peer();
  other.shake_hands();
  other.send_packet(0, long_contents("longest", filled(kMaxPayloadBytes)));
  EXPECT_FALSE(other.subject().fault());
  ASSERT_EQ(other.subject().messages().size(), 1U);
  EXPECT_EQ(other.subject().messages()[0].payload, filled(kMaxPayloadBytes));
}

TEST_P(V2ReceiverInAnyCut, RefusesContentsOver4000013BytesByTheirLengthAlone) {
  ScriptedPeer other = peer();
  other.shake_hands();
  const Bytes packet = other.packet(0, filled(kMaxContentsBytes + 1));
  const std::size_t before = other.subject().info().memory_bytes;
  other.send(ByteView(packet).first<kLengthBytes>());
  expect_fault(other.subject().fault(), Rule::kContentsTooLong);
  EXPECT_LE(other.subject().info().memory_bytes, before);
}

TEST_P(V2ReceiverInAnyCut, RefusesContentsOver4000013BytesInTheHandshakeToo) {
  ScriptedPeer other = peer();
  other.send_key();
  other.send(other.terminator());
  const Bytes packet = other.packet(0, filled(kMaxContentsBytes + 1));
  other.send(ByteView(packet).first<kLengthBytes>());
  expect_fault(other.subject().fault(), Rule::kContentsTooLong);
}

TEST_P(V2ReceiverInAnyCut, ReservesAtMost256KiBAheadOfWhatHasArrived) {
  ScriptedPeer other = peer();
  other.shake_hands();
  const Bytes packet = other.packet(0, long_contents("block", filled(kMaxPayloadBytes)));
  const std::size_t before = other.subject().info().memory_bytes;
  std::size_t arrived = 0;
  for (const std::size_t step : {4UL, 1000UL, 300'000UL, 1'000'000UL}) {
    other.send(ByteView(packet).subspan(arrived, step));
    arrived += step;
    EXPECT_LE(other.subject().info().memory_bytes, before + arrived + kMaxReservedAheadBytes);
  }
}

// -- Version packet and messages ------------------------------------------------------------------

TEST_P(V2ReceiverInAnyCut, AcceptsAnyContentsOfTheVersionPacketAndHandsThemUp) {
  ScriptedPeer other = peer();
  other.send_key();
  other.send(other.terminator());
  other.send_packet(0, filled(3000));
  ASSERT_TRUE(other.subject().established());
  EXPECT_EQ(other.subject().version_contents(), filled(3000));
  EXPECT_TRUE(other.subject().messages().empty());
}

TEST_P(V2ReceiverInAnyCut, IgnoresAllHeaderBitsButTheHighest) {
  ScriptedPeer other = peer();
  other.send_key();
  other.send(other.terminator());
  other.send_packet(0xff, {});
  other.send_packet(0x7f, {});
  ASSERT_TRUE(other.subject().established());
  other.send_packet(0x7f, kPing);
  other.send_packet(0xff, kPing);
  EXPECT_EQ(other.subject().messages().size(), 1U);
}

TEST_P(V2ReceiverInAnyCut, TakesALongNameThatHasAnIdForTheSameType) {
  ScriptedPeer other = peer();
  other.shake_hands();
  other.send_packet(0, long_contents("ping", filled(8)));
  other.send_packet(0, kPing);
  ASSERT_EQ(other.subject().messages().size(), 2U);
  EXPECT_EQ(other.subject().messages()[0].type, other.subject().messages()[1].type);
}

TEST_P(V2ReceiverInAnyCut, HandsUpUnknownNamesAndIds) {
  ScriptedPeer other = peer();
  other.shake_hands();
  other.send_packet(0, long_contents("nobodysname!", filled(2)));
  other.send_packet(0, Bytes{200, 7});
  ASSERT_EQ(other.subject().messages().size(), 2U);
  EXPECT_EQ(other.subject().messages()[0].type.name(), "nobodysname!");
  EXPECT_FALSE(other.subject().messages()[1].type.has_name());
  EXPECT_EQ(other.subject().messages()[1].type.short_id(), 200);
  EXPECT_EQ(other.subject().messages()[1].payload, Bytes{7});
}

TEST_P(V2ReceiverInAnyCut, DropsMalformedContentsAndGoesOn) {
  const Bytes malformed[] = {
      {},                            // no contents
      {0},                           // a long name of no bytes
      Bytes(12),                     // one of 11
      Bytes(13),                     // an empty name
      long_contents({"a\0b", 3}),    // something after the name's end
      long_contents("caf\xc3\xa9"),  // not ASCII
      long_contents("tab\t"),        // not printable
  };
  ScriptedPeer other = peer();
  other.shake_hands();
  for (const Bytes& contents : malformed) other.send_packet(0, contents);
  other.send_packet(0, kPing);
  EXPECT_FALSE(other.subject().fault());
  EXPECT_EQ(other.subject().info().dropped, std::size(malformed));
  EXPECT_EQ(other.subject().messages().size(), 1U);
}

// -- Time -----------------------------------------------------------------------------------------

TEST_P(V2ReceiverInAnyCut, GivesUpAHandshakeThatIsNotDoneInTime) {
  for (int stage = 0; stage < 4; ++stage) {
    ScriptedPeer other = peer();
    if (stage > 0) other.send_key();
    if (stage > 1) other.send(other.terminator());
    if (stage > 2) other.send_decoy({});
    EXPECT_LE(*other.subject().transport().next_deadline(), TimePoint{} + kDefaultHandshakeTimeout);
    other.pass(kDefaultHandshakeTimeout - Duration(1));
    EXPECT_FALSE(other.subject().fault()) << stage;
    other.pass(Duration(1));
    expect_fault(other.subject().fault(), Rule::kHandshakeTimeout);
  }
}

TEST_P(V2ReceiverInAnyCut, TheHandshakeTimeoutIsTheCallers) {
  ScriptedPeer other =
      peer_with({.garbage = no_garbage(), .handshake_timeout = std::chrono::seconds(3)});
  EXPECT_EQ(other.subject().transport().next_deadline(), TimePoint{} + std::chrono::seconds(3));
  other.pass(std::chrono::seconds(3));
  expect_fault(other.subject().fault(), Rule::kHandshakeTimeout);
}

TEST_P(V2ReceiverInAnyCut, TheHandshakeTimeoutMayBeNever) {
  ScriptedPeer other = peer_with({.garbage = no_garbage(), .handshake_timeout = Duration::max()});
  other.pass(std::chrono::hours(10'000));
  other.shake_hands();
  EXPECT_TRUE(other.subject().established());
}

TEST_P(V2ReceiverInAnyCut, AnEstablishedConnectionHasNoTimeout) {
  ScriptedPeer other = peer();
  other.shake_hands();
  other.pass(std::chrono::hours(24));
  other.send_packet(0, kPing);
  EXPECT_FALSE(other.subject().fault());
  EXPECT_EQ(other.subject().messages().size(), 1U);
  EXPECT_EQ(other.subject().info().handshake_duration, Duration::zero());
}

// -- Faults ---------------------------------------------------------------------------------------

TEST_P(V2ReceiverInAnyCut, AFaultIsForEverAndLeavesNothingToSend) {
  ScriptedPeer other = peer();
  other.shake_hands();
  Transport& subject = other.subject().transport();
  ASSERT_TRUE(subject.push(other.now(), {testing::type_named("ping"), filled(8)}));
  Bytes bad = other.packet(0, kPing);
  bad.back() ^= 1;
  // Past the test's own loop, which would take what is to be sent.
  ByteView rest = bad;
  while (!rest.empty() && !subject.fault()) rest = rest.subspan(subject.feed(other.now(), rest));
  expect_fault(subject.fault(), Rule::kAuthenticationFailed);

  EXPECT_TRUE(subject.bytes_to_send().empty());
  EXPECT_EQ(subject.info().unsent_bytes, 0U);
  EXPECT_EQ(subject.feed(other.now(), kPing), 0U);
  EXPECT_EQ(subject.push(other.now(), {testing::type_named("ping"), {}}).error(),
            PushError::kFaulted);
  EXPECT_EQ(subject.push_decoy(other.now(), {}).error(), PushError::kFaulted);
  EXPECT_FALSE(subject.next_deadline());
  subject.on_deadline(other.now() + std::chrono::hours(1));
  expect_fault(subject.fault(), Rule::kAuthenticationFailed);
}

// -- Version 1 ------------------------------------------------------------------------------------

Bytes v1_prefix(const protocol::Magic& magic) {
  Bytes prefix(kV1PrefixBytes);
  std::ranges::copy(std::string_view("version"), std::ranges::copy(magic, prefix.begin()).out);
  return prefix;
}

class V2ResponderInAnyCut : public ::testing::TestWithParam<Cut> {};
INSTANTIATE_TEST_SUITE_P(Cuts, V2ResponderInAnyCut, ::testing::ValuesIn(testing::kAllCuts),
                         ::testing::PrintToStringParamName());

TEST_P(V2ResponderInAnyCut, RefusesVersion1OfAnotherNetwork) {
  ScriptedPeer other(Role::kResponder, GetParam());
  other.send(v1_prefix(protocol::kTestnet4Magic));
  expect_fault(other.subject().fault(), Rule::kV1OtherNetwork);
}

TEST_P(V2ResponderInAnyCut, RefusesVersion1OfItsOwnNetwork) {
  ScriptedPeer other(Role::kResponder, GetParam());
  other.send(v1_prefix(protocol::kMainMagic));
  expect_fault(other.subject().fault(), Rule::kV1Refused);
}

TEST_P(V2ResponderInAnyCut, SendsNothingBeforeTheFirstByte) {
  ScriptedPeer other(Role::kResponder, GetParam());
  EXPECT_TRUE(other.heard().empty());
  EXPECT_EQ(other.keys_taken(), 0);
  other.send(filled(1));
  EXPECT_EQ(other.heard().size(), kEllSwiftBytes);
  EXPECT_EQ(other.keys_taken(), 1);
}

TEST(V2Responder, SendsNothingToVersion1OfAnotherNetworkWhoseBytesAreThere) {
  ScriptedPeer other(Role::kResponder, Cut::kWhole);
  other.send(v1_prefix(protocol::kTestnet4Magic));
  EXPECT_TRUE(other.heard().empty());
  EXPECT_EQ(other.keys_taken(), 0);
}

// Some nodes of version 1 say `version` as soon as they have accepted.
TEST(V2Initiator, StopsWhereThePeerSpeaksVersion1) {
  ScriptedPeer other(Role::kInitiator, Cut::kWhole);
  other.send(v1_prefix(protocol::kMainMagic));
  expect_fault(other.subject().fault(), Rule::kV1Answered);
}

TEST(V2Initiator, StopsWhereThePeerSpeaksVersion1OnAnotherNetwork) {
  ScriptedPeer other(Role::kInitiator, Cut::kWhole);
  other.send(v1_prefix(protocol::kRegtestMagic));
  expect_fault(other.subject().fault(), Rule::kV1OtherNetwork);
}

TEST(V2Initiator, TakesAKeyThatBeginsLikeVersion1ForAKey) {
  ScriptedPeer other(Role::kInitiator, Cut::kWhole);
  Bytes key = v1_prefix(protocol::kMainMagic);
  key.back() ^= 1;
  other.send(key);
  EXPECT_FALSE(other.subject().fault());
}

}  // namespace
}  // namespace veilwire::transport

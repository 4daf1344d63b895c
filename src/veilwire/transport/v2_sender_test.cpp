// What a version 2 transport sends, and when it takes no more.
#include "veilwire/transport/v2_sender.h"

#include <gtest/gtest.h>

#include "veilwire/transport/testing/scripted_peer.h"

namespace veilwire::transport {
namespace {

using testing::Cut;
using testing::filled;
using testing::no_garbage;
using testing::RoleAndCut;
using testing::ScriptedPeer;
using testing::type_named;

class V2SenderInAnyCut : public ::testing::TestWithParam<RoleAndCut> {
 protected:
  ScriptedPeer peer() { return ScriptedPeer(GetParam().subject_role, GetParam().cut); }
};
INSTANTIATE_TEST_SUITE_P(Cuts, V2SenderInAnyCut, ::testing::ValuesIn(testing::all_roles_and_cuts()),
                         ::testing::PrintToStringParamName());

// The packets in what the subject has sent after its terminator.
ByteView packets_sent(ScriptedPeer& other, std::size_t garbage_bytes = 0) {
  return ByteView(other.heard()).subspan(kEllSwiftBytes + garbage_bytes + kGarbageTerminatorBytes);
}

TEST_P(V2SenderInAnyCut, SendsKeyGarbageTerminatorDecoysAndVersionPacketInThisOrder) {
  const Bytes garbage = filled(33, 0xaa);
  ScriptedPeer other(GetParam().subject_role, GetParam().cut,
                     {.garbage = testing::given_garbage(garbage),
                      .version_contents = {9},
                      .decoys_before_version = {{1, 2}, {3}}});
  other.send_key();
  ByteView sent = other.heard();
  sent = sent.subspan(kEllSwiftBytes);
  EXPECT_TRUE(std::ranges::equal(sent.first(garbage.size()), garbage));
  sent = sent.subspan(garbage.size());
  EXPECT_TRUE(
      std::ranges::equal(sent.first(kGarbageTerminatorBytes), other.terminator_of_subject()));
  sent = sent.subspan(kGarbageTerminatorBytes);
  // The first packet, whichever it is, authenticates the garbage.
  EXPECT_EQ(other.open(sent, garbage), (Bytes{kIgnoreBit, 1, 2}));
  EXPECT_EQ(other.open(sent), (Bytes{kIgnoreBit, 3}));
  EXPECT_EQ(other.open(sent), (Bytes{0, 9}));
  EXPECT_TRUE(sent.empty());
}

TEST_P(V2SenderInAnyCut, SendsWhatWasPushedBeforeTheHandshakeOnceItIsOver) {
  ScriptedPeer other = peer();
  Transport& subject = other.subject().transport();
  ASSERT_TRUE(subject.push(other.now(), {type_named("ping"), Bytes{7}}));
  ASSERT_TRUE(subject.push_decoy(other.now(), Bytes{8}));
  other.send_key();
  ByteView sent = packets_sent(other);
  EXPECT_EQ(other.open(sent), Bytes{0});
  EXPECT_TRUE(sent.empty());

  other.send(other.terminator());
  other.send_packet(0, {});
  sent = packets_sent(other).subspan(kPacketExpansionBytes);
  EXPECT_EQ(other.open(sent), (Bytes{0, 18, 7}));
  EXPECT_EQ(other.open(sent), (Bytes{kIgnoreBit, 8}));
  EXPECT_TRUE(sent.empty());
}

TEST_P(V2SenderInAnyCut, SendsTheShortestFormOfATypeAndThePayloadAsItIs) {
  ScriptedPeer other = peer();
  other.shake_hands();
  Transport& subject = other.subject().transport();
  const Bytes large = filled(kSealAtPushBytes + 1);
  ASSERT_TRUE(subject.push(other.now(), {type_named("feature"), Bytes{1}}));
  ASSERT_TRUE(subject.push(other.now(), {type_named("version"), Bytes{2}}));
  ASSERT_TRUE(subject.push(other.now(), {protocol::MessageType::from_short_id(99), Bytes{3}}));
  ASSERT_TRUE(subject.push(other.now(), {type_named("block"), large}));

  ByteView sent = packets_sent(other);
  EXPECT_EQ(other.open(sent), Bytes{0});
  EXPECT_EQ(other.open(sent), (Bytes{0, 37, 1}));
  EXPECT_EQ(other.open(sent), (Bytes{0, 0, 'v', 'e', 'r', 's', 'i', 'o', 'n', 0, 0, 0, 0, 0, 2}));
  EXPECT_EQ(other.open(sent), (Bytes{0, 99, 3}));
  const Bytes block = other.open(sent);
  EXPECT_EQ(block[1], 2);
  EXPECT_EQ(Bytes(block.begin() + 2, block.end()), large);
  EXPECT_TRUE(sent.empty());
}

TEST_P(V2SenderInAnyCut, TakesNothingAsSentThatItHasNotOffered) {
  ScriptedPeer other = peer();
  other.shake_hands();
  ByteView version_packet = packets_sent(other);
  EXPECT_EQ(other.open(version_packet), Bytes{0});
  Transport& subject = other.subject().transport();
  ASSERT_TRUE(subject.push(other.now(), {type_named("ping"), Bytes{7}}));
  const std::size_t offered = subject.bytes_to_send().size();
  ASSERT_TRUE(subject.push(other.now(), {type_named("pong"), Bytes{8}}));
  // A write that failed, counted as it should not be; and what was pushed since the offer.
  subject.mark_sent(~std::size_t{0});
  subject.mark_sent(offered + 1);
  const ByteView all = subject.bytes_to_send();
  ASSERT_EQ(all.size(), 2 * offered);
  ByteView sent = all;
  EXPECT_EQ(other.open(sent), (Bytes{0, 18, 7}));
  EXPECT_EQ(other.open(sent), (Bytes{0, 19, 8}));
}

TEST_P(V2SenderInAnyCut, RefusesMoreThan64MessagesBeforeTheHandshakeEnds) {
  ScriptedPeer other = peer();
  Transport& subject = other.subject().transport();
  for (std::size_t i = 0; i < kMaxQueuedBeforeHandshake; ++i) {
    ASSERT_TRUE(subject.push(other.now(), {type_named("ping"), {}}));
  }
  EXPECT_EQ(subject.push(other.now(), {type_named("ping"), {}}).error(), PushError::kQueueFull);
  EXPECT_EQ(subject.push_decoy(other.now(), {}).error(), PushError::kQueueFull);
  other.shake_hands();
  EXPECT_TRUE(subject.push(other.now(), {type_named("ping"), {}}));
}

// Leaves `unsent` bytes waiting.
void push_until(ScriptedPeer& other, std::size_t unsent) {
  Transport& subject = other.subject().transport();
  const std::size_t packet_bytes = unsent - subject.info().unsent_bytes;
  const Bytes payload = filled(packet_bytes - kPacketExpansionBytes - 1);
  ASSERT_TRUE(subject.push(other.now(), {type_named("block"), payload}));
  ASSERT_EQ(subject.info().unsent_bytes, unsent);
}

TEST_P(V2SenderInAnyCut, RefusesToPushAtAMillionUnsentBytes) {
  for (const bool established : {false, true}) {
    ScriptedPeer other = peer();
    if (established) other.shake_hands();
    Transport& subject = other.subject().transport();
    push_until(other, kMaxUnsentBytes);
    EXPECT_EQ(subject.push(other.now(), {type_named("ping"), {}}).error(), PushError::kQueueFull);
    EXPECT_EQ(subject.push_decoy(other.now(), {}).error(), PushError::kQueueFull);
  }
}

TEST_P(V2SenderInAnyCut, LetsOneMessagePassAMillionUnsentBytes) {
  for (const bool established : {false, true}) {
    ScriptedPeer other = peer();
    if (established) other.shake_hands();
    Transport& subject = other.subject().transport();
    push_until(other, kMaxUnsentBytes - 1);
    EXPECT_TRUE(subject.push(other.now(), {type_named("block"), filled(kMaxPayloadBytes)}));
    EXPECT_EQ(subject.push(other.now(), {type_named("ping"), {}}).error(), PushError::kQueueFull);
    if (!established) other.shake_hands();
    other.heard();
    EXPECT_TRUE(subject.push(other.now(), {type_named("ping"), {}}));
  }
}

TEST_P(V2SenderInAnyCut, RefusesContentsOver4000013Bytes) {
  ScriptedPeer other = peer();
  other.shake_hands();
  Transport& subject = other.subject().transport();
  const auto type = type_named("noshortid");
  EXPECT_EQ(subject.push(other.now(), {type, filled(kMaxPayloadBytes + 1)}).error(),
            PushError::kPayloadTooLong);
  EXPECT_EQ(subject.push_decoy(other.now(), filled(kMaxContentsBytes + 1)).error(),
            PushError::kPayloadTooLong);
  EXPECT_TRUE(subject.push(other.now(), {type, filled(kMaxPayloadBytes)}));
}

TEST_P(V2SenderInAnyCut, CountsAsSentWhatWasOffered) {
  ScriptedPeer other = peer();
  other.shake_hands();
  Transport& subject = other.subject().transport();
  const Traffic before = subject.info().sent;
  EXPECT_EQ(before.messages, 0U);
  ASSERT_TRUE(subject.push(other.now(), {type_named("ping"), filled(8)}));
  ASSERT_TRUE(subject.push_decoy(other.now(), filled(10'000)));
  EXPECT_EQ(subject.info().sent.bytes, before.bytes);
  EXPECT_EQ(subject.info().sent.decoys, 0U);
  std::ignore = subject.bytes_to_send();
  EXPECT_EQ(subject.info().sent.bytes, before.bytes + 29 + 10'020);
  EXPECT_EQ(subject.info().sent.messages, 1U);
  EXPECT_EQ(subject.info().sent.decoys, 1U);
  EXPECT_EQ(subject.info().sent.decoy_bytes, 10'020U);
}

TEST_P(V2SenderInAnyCut, CountsNothingAsSentThatAFaultKeptBack) {
  ScriptedPeer other = peer();
  other.shake_hands();
  Transport& subject = other.subject().transport();
  const Traffic before = subject.info().sent;
  ASSERT_TRUE(subject.push(other.now(), {type_named("block"), filled(100'000)}));
  Bytes bad = other.packet(0, {});
  bad.back() ^= 1;
  ByteView rest = bad;
  while (!subject.fault()) rest = rest.subspan(subject.feed(other.now(), rest));
  EXPECT_TRUE(subject.bytes_to_send().empty());
  EXPECT_EQ(subject.info().sent.bytes, before.bytes);
  EXPECT_EQ(subject.info().sent.messages, 0U);
}

// One transport offers its bytes after each push, the other all at once.
TEST(V2Sender, SealsManyTogetherToTheBytesThatOneByOneGives) {
  ScriptedPeer one_by_one(Role::kInitiator, Cut::kWhole);
  ScriptedPeer together(Role::kInitiator, Cut::kWhole);
  one_by_one.shake_hands();
  together.shake_hands();
  for (std::size_t i = 0; i < 300; ++i) {
    const Bytes payload = filled(i * 7 % 500);
    const protocol::MessageView message{type_named("tx"), payload};
    ASSERT_TRUE(one_by_one.subject().transport().push(one_by_one.now(), message));
    one_by_one.heard();
    ASSERT_TRUE(together.subject().transport().push(together.now(), message));
  }
  EXPECT_EQ(one_by_one.heard(), together.heard());
}

}  // namespace
}  // namespace veilwire::transport

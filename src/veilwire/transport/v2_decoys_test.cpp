// What a version 2 transport makes of decoys: none is handed on, and there is a bound to what they cost,
// before the version packet and after it. In both roles and in every cut.
#include <gtest/gtest.h>

#include "veilwire/transport/testing/scripted_peer.h"
#include "veilwire/transport/v2_receiver.h"

namespace veilwire::transport {
namespace {

using testing::expect_fault;
using testing::filled;
using testing::kPing;
using testing::no_garbage;
using testing::ScriptedPeer;

class V2DecoysInAnyCut : public testing::ScriptedPeerTest {};
INSTANTIATE_TEST_SUITE_P(Cuts, V2DecoysInAnyCut, ::testing::ValuesIn(testing::all_roles_and_cuts()),
                         ::testing::PrintToStringParamName());

TEST_P(V2DecoysInAnyCut, PassesOverDecoysBeforeTheVersionPacket) {
  ScriptedPeer other = peer();
  other.send_key();
  other.send(other.terminator());
  for (int i = 0; i < 10; ++i) other.send_decoy(filled(13, 0));
  EXPECT_FALSE(other.subject().established());
  other.send_packet(0, {});
  EXPECT_TRUE(other.subject().established());
  EXPECT_EQ(other.subject().info().received.decoys, 10U);
  EXPECT_EQ(other.subject().info().received.decoy_bytes, 10 * (13 + kPacketExpansionBytes));
}

TEST_P(V2DecoysInAnyCut, AcceptsOneDecoyOfTheLargestSizeBeforeTheVersionPacketAndNoMore) {
  ScriptedPeer other = peer();
  other.send_key();
  other.send(other.terminator());
  other.send_decoy(filled(kMaxContentsBytes));
  EXPECT_FALSE(other.subject().fault());
  other.send_decoy({});
  expect_fault(other.subject().fault(), Rule::kTooManyDecoysEarly);
}

TEST_P(V2DecoysInAnyCut, CountsSmallDecoysBeforeTheVersionPacketByTheirBytesOnTheWire) {
  ScriptedPeer other = peer();
  other.send_key();
  other.send(other.terminator());
  const Bytes contents = filled(10'000);
  const std::size_t allowed = kMaxEarlyDecoyBytes / (contents.size() + kPacketExpansionBytes);
  for (std::size_t i = 0; i < allowed; ++i) other.send_decoy(contents);
  EXPECT_FALSE(other.subject().fault());
  other.send_decoy(contents);
  expect_fault(other.subject().fault(), Rule::kTooManyDecoysEarly);
}

TEST_P(V2DecoysInAnyCut, HandsNoDecoyOn) {
  ScriptedPeer other = peer();
  other.shake_hands();
  other.send_decoy(kPing);
  other.send_packet(0, kPing);
  other.send_decoy({});
  other.send_packet(0, kPing);
  EXPECT_EQ(other.subject().messages().size(), 2U);
  EXPECT_EQ(other.subject().info().received.decoys, 2U);
  EXPECT_EQ(other.subject().info().received.messages, 2U);
}

TEST_P(V2DecoysInAnyCut, DecoysAreNoActivity) {
  ScriptedPeer other = peer();
  other.shake_hands();
  other.pass(std::chrono::seconds(5));
  other.send_packet(0, kPing);
  const TimePoint of_message = other.now();
  other.pass(std::chrono::seconds(5));
  other.send_decoy(kPing);
  EXPECT_EQ(other.subject().info().last_message_at, of_message);
}

// A burst of decoys and one more that overdraws the budget.
void spend_decoy_budget(ScriptedPeer& other) {
  for (int i = 0; i < 2; ++i) other.send_decoy(filled(kMaxContentsBytes));
  EXPECT_FALSE(other.subject().transport().reading_paused());
  other.send_decoy(filled(1'000'000 - kPacketExpansionBytes));
}

TEST_P(V2DecoysInAnyCut, PausesReadingWhereTheDecoyBudgetIsSpent) {
  ScriptedPeer other = peer();
  other.shake_hands();
  spend_decoy_budget(other);
  EXPECT_TRUE(other.subject().transport().reading_paused());
  EXPECT_EQ(other.subject().info().decoy_pauses, 1U);
  EXPECT_EQ(other.subject().transport().feed(other.now(), kPing), 0U);

  // One overdrawn megabyte is one second.
  EXPECT_EQ(other.subject().transport().next_deadline(), other.now() + std::chrono::seconds(1));
  other.send_packet(0, kPing);
  other.pass(std::chrono::milliseconds(999));
  EXPECT_TRUE(other.subject().messages().empty());
  other.pass(std::chrono::milliseconds(1));
  EXPECT_FALSE(other.subject().transport().reading_paused());
  EXPECT_EQ(other.subject().messages().size(), 1U);
}

TEST_P(V2DecoysInAnyCut, PausesReadingWhereDroppedPacketsSpendTheBudgetOfDecoys) {
  ScriptedPeer other = peer();
  other.shake_hands();
  for (int i = 0; i < 2; ++i) other.send_decoy(filled(kMaxContentsBytes));
  EXPECT_FALSE(other.subject().transport().reading_paused());
  other.send_packet(0, {});
  EXPECT_TRUE(other.subject().transport().reading_paused());
  EXPECT_EQ(other.subject().info().dropped, 1U);
  EXPECT_FALSE(other.subject().fault());
}

TEST_P(V2DecoysInAnyCut, StopsWhereTheDecoyBudgetIsSpentAndTheCallerSaysSo) {
  ScriptedPeer other = peer_with({.garbage = no_garbage(), .decoy_limit = DecoyLimit::kFault});
  other.shake_hands();
  spend_decoy_budget(other);
  expect_fault(other.subject().fault(), Rule::kTooManyDecoys);
}

TEST_P(V2DecoysInAnyCut, TakesAnyNumberOfDecoysWhereTheCallerSaysSo) {
  ScriptedPeer other = peer_with({.garbage = no_garbage(), .decoy_limit = DecoyLimit::kOff});
  other.shake_hands();
  spend_decoy_budget(other);
  other.send_packet(0, kPing);
  EXPECT_FALSE(other.subject().fault());
  EXPECT_EQ(other.subject().info().decoy_pauses, 0U);
  EXPECT_EQ(other.subject().messages().size(), 1U);
}

}  // namespace
}  // namespace veilwire::transport

#include "veilwire/proxy/carriage/partial_messages.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

constexpr TimePoint kStart{std::chrono::seconds(1000)};
constexpr limits::BufferLimits kLimits{.budget_bytes = 1000, .always_bytes = 10, .read_bytes = 100};
using Step = PartialMessages::Step;

TEST(PartialMessages, KeepsThreeBudgets) {
  PartialMessages messages(kLimits);
  messages.set(kStart, Sender::kInboundPeer, 1, source_of("198.51.100.1"), {20, 1000});
  messages.set(kStart, Sender::kInboundPeer, 2, source_of("203.0.113.1"), {20, 1000});
  messages.set(kStart, Sender::kOutboundPeer, 3, source_of("peer.example"), {20, 1000});
  messages.set(kStart, Sender::kProgram, 1, {}, {20, 1000});
  const auto decision = messages.poll(kStart);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->sender, Sender::kInboundPeer);
  EXPECT_EQ(decision->what.id, 2U);
  EXPECT_EQ(decision->what.step, Step::kStopReading);
  EXPECT_FALSE(messages.poll(kStart));
  EXPECT_EQ(messages.waiting_count(Sender::kInboundPeer), 1U);
  EXPECT_EQ(messages.waiting_count(Sender::kOutboundPeer), 0U);
  EXPECT_EQ(messages.read_limit(Sender::kInboundPeer, 9), 10U);
  EXPECT_EQ(messages.read_limit(Sender::kOutboundPeer, 9), 100U);
}

TEST(PartialMessages, ForgetsBothSidesOfAConnection) {
  PartialMessages messages(kLimits);
  messages.set(kStart, Sender::kInboundPeer, 1, source_of("198.51.100.1"), {20, 1000});
  messages.set(kStart, Sender::kProgram, 1, {}, {30, 1000});
  EXPECT_TRUE(messages.next_deadline());
  messages.remove(1);
  EXPECT_EQ(messages.held_bytes(Sender::kInboundPeer), 0U);
  EXPECT_EQ(messages.held_bytes(Sender::kProgram), 0U);
  EXPECT_FALSE(messages.next_deadline());
}

TEST(PartialMessages, TellsSourcesApart) {
  EXPECT_EQ(source_of("198.51.100.1"), source_of("198.51.100.99"));
  EXPECT_NE(source_of("198.51.100.1"), source_of("198.51.101.1"));
  EXPECT_EQ(source_of("2001:db8::1"), source_of("2001:db8::2"));
  EXPECT_NE(source_of("2001:db8::1"), source_of("2001:db8:0:1::1"));
  EXPECT_NE(source_of("a.onion"), source_of("b.onion"));
  EXPECT_EQ(source_of("a.onion"), source_of("a.onion"));
}

TEST(PartialMessages, NamesTheSenders) {
  EXPECT_EQ(sender_name(Sender::kInboundPeer), "inbound_peer");
  EXPECT_EQ(sender_name(Sender::kProgram), "program");
}

}  // namespace
}  // namespace veilwire::proxy

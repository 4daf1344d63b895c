#include "veilwire/wire/owned.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <thread>

#include "veilwire/wire/message.h"
#include "veilwire/wire/testing/genesis.h"
#include "veilwire/wire/testing/patterns.h"

namespace veilwire::wire {
namespace {

using protocol::MessageKind;

static_assert(!std::is_copy_constructible_v<Owned<Inv>>);
static_assert(std::is_nothrow_move_constructible_v<Owned<Block>>);
static_assert(std::is_nothrow_move_assignable_v<Owned<Message>>);

Bytes inv_payload(std::uint8_t first) {
  const InventoryEntry entries[] = {{InventoryType::kTx, Hash256{first}},
                                    {InventoryType::kBlock, Hash256{2}}};
  return serialize(Inv{InventoryList(pack<InventoryEntry>(entries))});
}

TEST(Owned, OutlivesTheBytesItWasReadFrom) {
  auto inv = [] {
    Bytes read = inv_payload(1);
    auto owned = Owned<Inv>::parse(Bytes(read));
    std::ranges::fill(read, std::uint8_t{0xff});
    return owned;
  }();
  ASSERT_TRUE(inv);
  ASSERT_EQ((*inv)->entries.size(), 2u);
  EXPECT_EQ((*inv)->entries[0].hash, Hash256{1});
}

TEST(Owned, ViewsStayValidWhenItMoves) {
  auto first = Owned<Inv>::parse(inv_payload(1)).value();
  const std::uint8_t* bytes = first->entries.bytes().data();
  Owned<Inv> second = std::move(first);
  EXPECT_EQ(second->entries.bytes().data(), bytes);
  auto third = Owned<Inv>::parse(inv_payload(9)).value();
  third = std::move(second);
  EXPECT_EQ(third->entries[0].hash, Hash256{1});
  std::deque<Owned<Inv>> queue;
  for (int i = 0; i < 100; ++i) queue.push_back(Owned<Inv>::parse(inv_payload(7)).value());
  queue.push_front(std::move(third));
  EXPECT_EQ(queue.front()->entries[0].hash, Hash256{1});
  EXPECT_EQ(queue.back()->entries[0].hash, Hash256{7});
}

TEST(Owned, CrossesThreads) {
  auto inv = Owned<Inv>::parse(inv_payload(5)).value();
  Hash256 seen{};
  std::jthread([&seen, inv = std::move(inv)] { seen = inv->entries[0].hash; }).join();
  EXPECT_EQ(seen, Hash256{5});
}

TEST(Owned, RefusesWhatParseRefuses) {
  Bytes cut = inv_payload(1);
  cut.pop_back();
  EXPECT_EQ(Owned<Inv>::parse(cut).error(), parse<Inv>(cut).error());
  EXPECT_EQ(parse_message(protocol::OwnedMessage{MessageKind::kInv, cut}).error(),
            parse<Inv>(cut).error());
}

TEST(Owned, GivesItsBytesBackAsTheyCame) {
  Bytes with_trailing = inv_payload(1);
  with_trailing.push_back(42);
  auto inv = Owned<Inv>::parse(with_trailing).value();
  EXPECT_EQ(std::move(inv).take_payload(), with_trailing);
}

// 400 zero bytes are a message of most kinds.
TEST(Owned, OfAnyKindIsWrittenBackAfterAMove) {
  std::size_t parsed = 0;
  for (const MessageKind kind : message_kinds()) {
    auto owned = parse_message(protocol::OwnedMessage{kind, Bytes(400, 0)});
    if (!owned) continue;
    const Owned<Message> moved = std::move(*owned);
    EXPECT_EQ(kind_of(*moved), kind);
    const Bytes written = serialize_message(*moved);
    EXPECT_TRUE(std::ranges::equal(written, moved.payload().first(written.size())))
        << protocol::message_name(kind);
    ++parsed;
  }
  EXPECT_GE(parsed, 34u);
}

TEST(Build, GivesWhatTheMessageIsAndItsPayload) {
  const protocol::OwnedMessage message = build(Ping{.nonce = 7});
  EXPECT_EQ(message.kind(), MessageKind::kPing);
  EXPECT_EQ(message.payload, serialize(Ping{.nonce = 7}));
  EXPECT_EQ(message.view().payload.data(), message.payload.data());
}

}  // namespace
}  // namespace veilwire::wire

// Two transports and a list of random operations from a seed: whatever is pushed arrives, once, in
// order, whole, and nothing else does.
#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "veilwire/transport/responder.h"
#include "veilwire/transport/testing/end.h"
#include "veilwire/transport/testing/sources.h"

namespace veilwire::transport {
namespace {

using testing::type_named;

class CoupledTransports {
 public:
  explicit CoupledTransports(std::uint64_t seed)
      : random_(seed), entropy_(seed), keys_(entropy_, 2) {
    sides_[0].transport = make_initiator();
    sides_[1].transport = std::make_unique<Responder>(some_config(), keys_, entropy_, now_);
    // What tells version 1 from version 2, and for version 2 a message like any other.
    push(sides_[0], {type_named("version"), some_bytes()});
  }

  void step() {
    const std::size_t which = random_() % 2;
    switch (random_() % 10) {
      case 0:
      case 1:
        return push_any(sides_[which]);
      case 2:
        return push_decoy(sides_[which]);
      case 3:
      case 4:
      case 5:
        return write(sides_[which]);
      case 6:
      case 7:
      case 8:
        return read(sides_[which], sides_[1 - which]);
      case 9:
        return pass_time();
    }
  }

  // Lets everything that is under way arrive.
  void settle() {
    for (int round = 0; round < 100'000; ++round) {
      for (std::size_t which : {0U, 1U}) {
        write(sides_[which]);
        read(sides_[which], sides_[1 - which]);
      }
      pass_time();
      if (sides_[0].is_quiet() && sides_[1].is_quiet()) return;
    }
    ADD_FAILURE() << "bytes are still under way";
  }

  void expect_all_arrived() const {
    for (const Side& side : sides_) {
      EXPECT_FALSE(side.transport->fault());
      EXPECT_TRUE(side.established);
      EXPECT_TRUE(side.expected_by_other.empty());
      EXPECT_GT(side.pushed, 0U);
    }
    const Info a = sides_[0].transport->info();
    const Info b = sides_[1].transport->info();
    EXPECT_EQ(a.session_id, b.session_id);
    EXPECT_EQ(a.sent.bytes, b.received.bytes);
    EXPECT_EQ(b.sent.bytes, a.received.bytes);
    EXPECT_EQ(a.sent.decoys, b.received.decoys);
    EXPECT_EQ(a.sent.packets, b.received.packets);
    EXPECT_EQ(b.sent.packets, a.received.packets);
    EXPECT_EQ(a.sent.rekeys, b.received.rekeys);
    EXPECT_EQ(b.sent.rekeys, a.received.rekeys);
  }

 private:
  struct Sent {
    protocol::MessageType type;
    Bytes payload;
  };

  struct Side {
    std::unique_ptr<Transport> transport{};
    Bytes wire{};                          // written by this side, not yet read by the other
    std::deque<Sent> expected_by_other{};  // pushed by this side, not yet seen by the other
    std::size_t pushed = 0;
    bool established = false;

    bool is_quiet() const { return wire.empty() && transport->info().unsent_bytes == 0; }
  };

  std::unique_ptr<Transport> make_initiator() {
    if (random_() % 4 == 0) {
      return std::make_unique<V1Transport>(Role::kInitiator, V1Config{}, now_);
    }
    V2Config config = some_config();
    for (std::size_t i = random_() % 4; i > 0; --i) {
      config.decoys_before_version.push_back(some_bytes());
    }
    return std::make_unique<V2Transport>(Role::kInitiator, std::move(config), keys_, entropy_,
                                         now_);
  }

  V2Config some_config() {
    return {.version_contents = some_bytes(), .handshake_timeout = std::chrono::hours(10'000)};
  }

  // Mostly small, seldom around the sizes at which things change, once in a while large.
  Bytes some_bytes() {
    constexpr std::size_t kEdges[] = {1000, 4083, 4096, 4100, 20'000, 300'000};
    const std::size_t size =
        random_() % 12 == 0 ? kEdges[random_() % std::size(kEdges)] : random_() % 300;
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    return bytes;
  }

  void push_any(Side& side) {
    constexpr const char* kNames[] = {"version", "ping", "tx", "block", "wtxidrelay", "feature"};
    push(side, {type_named(kNames[random_() % std::size(kNames)]), some_bytes()});
  }

  void push(Side& side, Sent message) {
    const auto pushed = side.transport->push(now_, {message.type, message.payload});
    if (!pushed) {
      EXPECT_EQ(pushed.error(), PushError::kQueueFull);
      return;
    }
    ++side.pushed;
    side.expected_by_other.push_back(std::move(message));
  }

  void push_decoy(Side& side) {
    const auto pushed = side.transport->push_decoy(now_, some_bytes());
    if (!pushed) {
      EXPECT_NE(pushed.error(), PushError::kFaulted);
    }
  }

  void write(Side& side) {
    const ByteView bytes = side.transport->bytes_to_send();
    if (bytes.empty()) return;
    const std::size_t count = 1 + random_() % bytes.size();
    side.wire.insert(side.wire.end(), bytes.begin(),
                     bytes.begin() + static_cast<std::ptrdiff_t>(count));
    side.transport->mark_sent(count);
  }

  void read(Side& reader, Side& writer) {
    if (writer.wire.empty()) return;
    const std::size_t offered = 1 + random_() % writer.wire.size();
    const std::size_t taken = reader.transport->feed(now_, ByteView(writer.wire).first(offered));
    while (const auto event = reader.transport->poll_event()) see(reader, writer, *event);
    writer.wire.erase(writer.wire.begin(),
                      writer.wire.begin() + static_cast<std::ptrdiff_t>(taken));
  }

  void see(Side& reader, Side& writer, const Event& event) {
    if (std::holds_alternative<Established>(event)) {
      EXPECT_FALSE(reader.established);
      reader.established = true;
      return;
    }
    const auto& message = std::get<MessageReceived>(event);
    ASSERT_TRUE(reader.established);
    ASSERT_FALSE(writer.expected_by_other.empty());
    const Sent& expected = writer.expected_by_other.front();
    EXPECT_EQ(message.type, expected.type);
    EXPECT_TRUE(std::ranges::equal(message.payload, expected.payload));
    writer.expected_by_other.pop_front();
  }

  void pass_time() {
    now_ += std::chrono::milliseconds(random_() % 3);
    for (Side& side : sides_) {
      const auto deadline = side.transport->next_deadline();
      if (deadline && *deadline <= now_) side.transport->on_deadline(now_);
    }
    // Enough for what was made ahead to be given back.
    if (random_() % 32 == 0) now_ += std::chrono::seconds(1);
  }

  std::mt19937_64 random_;
  crypto::SeededEntropy entropy_;
  KeyPool keys_;
  TimePoint now_{};
  Side sides_[2];
};

class CoupledTransportsFromASeed : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, CoupledTransportsFromASeed, ::testing::Range(0, 40));

TEST_P(CoupledTransportsFromASeed, DeliverEverythingOnceAndInOrder) {
  CoupledTransports coupled(static_cast<std::uint64_t>(GetParam()));
  for (int i = 0; i < 3000; ++i) {
    coupled.step();
    if (i % 500 == 0) coupled.settle();
  }
  coupled.settle();
  coupled.expect_all_arrived();
}

}  // namespace
}  // namespace veilwire::transport

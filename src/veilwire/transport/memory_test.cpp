// What a transport occupies, counted at malloc, and what it does where there is no memory.
#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <tuple>

#include "veilwire/transport/responder.h"
#include "veilwire/transport/testing/counting_malloc.h"
#include "veilwire/transport/testing/coupled_ends.h"

namespace veilwire::transport {
namespace {

using std::chrono::seconds;
using testing::counted_bytes;
using testing::CountedTransport;
using testing::CoupledEnds;
using testing::Cut;
using testing::End;
using testing::expect_fault;
using testing::filled;
using testing::type_named;

constexpr std::ptrdiff_t kIdleBytes = 2048;
constexpr std::ptrdiff_t kBusyBytes = 8192;

// Which transport is counted: one that knows that it speaks version 2, or one that finds out.
enum class Kind : std::uint8_t { kV2Initiator, kV2Responder, kResponder };

std::ostream& operator<<(std::ostream& out, Kind kind) {
  constexpr const char* kNames[] = {"V2Initiator", "V2Responder", "Responder"};
  return out << kNames[static_cast<std::size_t>(kind)];
}

// A conversation one side of which is counted.
class MemoryTest : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (!testing::counting_malloc_works()) {
      GTEST_SKIP() << "a sanitizer or another C library owns malloc; the release build counts.";
    }
    make_process_wide_tables();
    testing::restart_counting();
  }
  void TearDown() override { testing::restart_counting(); }

  // Contexts and tables that the first transport of a process makes for all.
  static void make_process_wide_tables() {
    crypto::SeededEntropy entropy(1);
    testing::CountingKeys keys(entropy);
    CoupledEnds talk(
        std::make_unique<V2Transport>(Role::kInitiator, V2Config{}, keys, entropy, TimePoint{}),
        std::make_unique<V2Transport>(Role::kResponder, V2Config{}, keys, entropy, TimePoint{}),
        Cut::kWhole);
    talk.run();
  }

  std::unique_ptr<Transport> counted_transport() {
    return std::make_unique<CountedTransport>([&]() -> std::unique_ptr<Transport> {
      if (GetParam() == Kind::kResponder) {
        return std::make_unique<Responder>(V2Config{}, keys_, entropy_, TimePoint{});
      }
      return std::make_unique<V2Transport>(
          counted_side_initiates() ? Role::kInitiator : Role::kResponder, V2Config{}, keys_,
          entropy_, TimePoint{});
    });
  }
  bool counted_side_initiates() const { return GetParam() == Kind::kV2Initiator; }

  CoupledEnds conversation(Cut cut) {
    auto other = std::make_unique<V2Transport>(
        counted_side_initiates() ? Role::kResponder : Role::kInitiator, V2Config{}, keys_, entropy_,
        TimePoint{});
    return counted_side_initiates() ? CoupledEnds(counted_transport(), std::move(other), cut)
                                    : CoupledEnds(std::move(other), counted_transport(), cut);
  }
  End& counted_side(CoupledEnds& talk) {
    return counted_side_initiates() ? talk.initiator() : talk.responder();
  }

  crypto::SeededEntropy entropy_{11};
  testing::CountingKeys keys_{entropy_};
};
INSTANTIATE_TEST_SUITE_P(Kinds, MemoryTest,
                         ::testing::Values(Kind::kV2Initiator, Kind::kV2Responder,
                                           Kind::kResponder),
                         ::testing::PrintToStringParamName());

void talk_a_little(CoupledEnds& talk, std::size_t payload_bytes) {
  for (End* end : {&talk.initiator(), &talk.responder()}) {
    ASSERT_TRUE(end->transport().push(talk.now(), {type_named("tx"), filled(payload_bytes)}));
  }
  talk.run();
}

TEST_P(MemoryTest, AnIdleTransportHolds2KiBInAll) {
  CoupledEnds talk = conversation(Cut::kWhole);
  talk.run();
  ASSERT_TRUE(talk.initiator().established() && talk.responder().established());
  for (const std::size_t size : {8UL, 3000UL, 1'000'000UL}) {
    talk_a_little(talk, size);
    talk.pass(kIdleRelease);
    EXPECT_LE(counted_bytes(), kIdleBytes) << size;
  }
}

TEST_P(MemoryTest, ABusyTransportHolds8KiBBeyondItsMessages) {
  CoupledEnds talk = conversation(Cut::kWhole);
  talk.run();
  ASSERT_TRUE(talk.initiator().established() && talk.responder().established());
  EXPECT_LE(counted_bytes(), kBusyBytes);
  Transport& counted = counted_side(talk).transport();
  for (std::size_t i = 0; i < 1000; ++i) {
    ASSERT_TRUE(counted.push(talk.now(), {type_named("tx"), filled(i % 400)}));
    const auto unsent = static_cast<std::ptrdiff_t>(counted.info().unsent_bytes);
    EXPECT_LE(counted_bytes(), kBusyBytes + unsent);
    if (i % 10 == 0) talk_a_little(talk, 400);
  }
  // A large message leaves nothing behind but itself, which the next one ends.
  talk_a_little(talk, 1'000'000);
  talk_a_little(talk, 8);
  EXPECT_LE(counted_bytes(), kBusyBytes);
}

TEST_P(MemoryTest, ALargeDecoyLeavesNothingBehind) {
  CoupledEnds talk = conversation(Cut::kRandom);
  talk.run();
  End& other = counted_side_initiates() ? talk.responder() : talk.initiator();
  ASSERT_TRUE(other.transport().push_decoy(talk.now(), filled(1'000'000)));
  talk.run();
  EXPECT_EQ(counted_side(talk).info().received.decoys, 1U);
  EXPECT_LE(counted_bytes(), kBusyBytes);
}

TEST_P(MemoryTest, InfoTellsWhatMallocCounts) {
  CoupledEnds talk = conversation(Cut::kWhole);
  const auto expect_honest = [&] {
    const auto told = static_cast<std::ptrdiff_t>(counted_side(talk).info().memory_bytes);
    EXPECT_LE(told, counted_bytes());
    // malloc rounds each block up.
    EXPECT_LE(counted_bytes(), told + 256);
  };
  expect_honest();
  talk.run();
  expect_honest();
  talk_a_little(talk, 500);
  expect_honest();
  ASSERT_TRUE(counted_side(talk).transport().push(talk.now(), {type_named("tx"), filled(100'000)}));
  expect_honest();
  talk.run();
  talk.pass(kIdleRelease);
  expect_honest();
}

TEST_P(MemoryTest, AFaultFreesWhatTheHandshakeHeld) {
  auto transport = counted_transport();
  std::ignore = transport->feed(TimePoint{}, filled(2000));
  transport->on_deadline(TimePoint{} + kDefaultHandshakeTimeout);
  expect_fault(transport->fault(), Rule::kHandshakeTimeout);
  EXPECT_LE(counted_bytes(), kIdleBytes);
}

// -- No memory ------------------------------------------------------------------------------------

TEST_P(MemoryTest, NoMemoryForAPacketThatArrivesIsAFault) {
  CoupledEnds talk = conversation(Cut::kWhole);
  talk.run();
  End& other = counted_side_initiates() ? talk.responder() : talk.initiator();
  ASSERT_TRUE(other.transport().push(talk.now(), {type_named("tx"), filled(100'000)}));
  testing::fail_allocations_over(50'000);
  talk.run();
  expect_fault(counted_side(talk).fault(), Rule::kOutOfMemory);
  EXPECT_TRUE(counted_side(talk).messages().empty());
}

TEST_P(MemoryTest, NoMemoryForAMessageThatIsPushedIsAFault) {
  for (const bool established : {false, true}) {
    CoupledEnds talk = conversation(Cut::kWhole);
    if (established) talk.run();
    Transport& counted = counted_side(talk).transport();
    testing::fail_allocations_over(50'000);
    EXPECT_EQ(counted.push(talk.now(), {type_named("tx"), filled(100'000)}).error(),
              PushError::kFaulted);
    expect_fault(counted.fault(), Rule::kOutOfMemory);
    EXPECT_TRUE(counted.bytes_to_send().empty());
    testing::restart_counting();
  }
}

TEST_P(MemoryTest, AnEventThatWaitsOutlivesAFault) {
  CoupledEnds talk = conversation(Cut::kWhole);
  talk.run();
  End& other = counted_side_initiates() ? talk.responder() : talk.initiator();
  Transport& counted = counted_side(talk).transport();
  ASSERT_TRUE(other.transport().push(talk.now(), {type_named("tx"), filled(3000)}));
  const Bytes packet = other.take_sent();
  ASSERT_EQ(counted.feed(talk.now(), packet), packet.size());

  testing::fail_allocations_over(50'000);
  std::ignore = counted.push(talk.now(), {type_named("tx"), filled(100'000)});
  expect_fault(counted.fault(), Rule::kOutOfMemory);
  const auto event = counted.poll_event();
  ASSERT_TRUE(event);
  const ByteView payload = std::get<MessageReceived>(*event).payload;
  EXPECT_EQ(Bytes(payload.begin(), payload.end()), filled(3000));
}

// -- When memory is given back --------------------------------------------------------------------

class IdleRelease : public ::testing::Test {
 protected:
  IdleRelease() : talk_(Cut::kWhole) {
    talk_->run();
    talk_->pass(kIdleRelease);
    idle_bytes_ = subject().info().memory_bytes;
  }
  Transport& subject() { return talk_->initiator().transport(); }
  std::size_t memory() { return subject().info().memory_bytes; }
  // A message from the other side.
  void hear() {
    ASSERT_TRUE(talk_->responder().transport().push(talk_->now(), {type_named("ping"), filled(8)}));
    talk_->run();
  }

  testing::CoupledV2Ends talk_;
  std::size_t idle_bytes_ = 0;
};

TEST_F(IdleRelease, HasNoDeadlineWhereNothingIsToBeGivenBack) {
  EXPECT_FALSE(subject().next_deadline());
}

TEST_F(IdleRelease, ComesOneSecondAfterTheLastTraffic) {
  hear();
  EXPECT_GT(memory(), idle_bytes_);
  EXPECT_EQ(subject().next_deadline(), talk_->now() + seconds(1));
  talk_->pass(std::chrono::milliseconds(600));
  hear();
  EXPECT_EQ(subject().next_deadline(), talk_->now() + seconds(1));
  talk_->pass(seconds(1) - Duration(1));
  EXPECT_GT(memory(), idle_bytes_);
  talk_->pass(Duration(1));
  EXPECT_EQ(memory(), idle_bytes_);
  EXPECT_FALSE(subject().next_deadline());
}

TEST_F(IdleRelease, ComesAfterAPushToo) {
  ASSERT_TRUE(subject().push(talk_->now(), {type_named("ping"), filled(8)}));
  talk_->run();
  EXPECT_EQ(subject().next_deadline(), talk_->now() + seconds(1));
  talk_->pass(seconds(1));
  EXPECT_EQ(memory(), idle_bytes_);
}

TEST_F(IdleRelease, IsDueAtOnceWhereSealingCameLate) {
  ASSERT_TRUE(subject().push(talk_->now(), {type_named("ping"), filled(8)}));
  talk_->pass(seconds(5));
  subject().mark_sent(subject().bytes_to_send().size());
  ASSERT_TRUE(subject().next_deadline());
  EXPECT_LE(*subject().next_deadline(), talk_->now());
  subject().on_deadline(talk_->now());
  EXPECT_EQ(memory(), idle_bytes_);
}

TEST_F(IdleRelease, KeepsAPacketThatIsUnderWayAndWhatIsUnsent) {
  ASSERT_TRUE(talk_->responder().transport().push(talk_->now(), {type_named("tx"), filled(1000)}));
  const Bytes packet = talk_->responder().take_sent();
  talk_->initiator().receive(talk_->now(), ByteView(packet).first(700));
  ASSERT_TRUE(subject().push(talk_->now(), {type_named("ping"), filled(8)}));
  talk_->pass(seconds(1));
  talk_->initiator().receive(talk_->now(), ByteView(packet).subspan(700));
  EXPECT_EQ(talk_->initiator().messages().size(), 1U);
  talk_->run();
  EXPECT_EQ(talk_->responder().messages().size(), 1U);
}

TEST_F(IdleRelease, KeepsAnEventThatWasNotPolled) {
  ASSERT_TRUE(talk_->responder().transport().push(talk_->now(), {type_named("tx"), filled(1000)}));
  const Bytes packet = talk_->responder().take_sent();
  ASSERT_EQ(subject().feed(talk_->now(), packet), packet.size());
  talk_->pass(seconds(1));
  ASSERT_EQ(talk_->initiator().messages().size(), 0U);
  const auto event = subject().poll_event();
  ASSERT_TRUE(event);
  const ByteView payload = std::get<MessageReceived>(*event).payload;
  EXPECT_EQ(Bytes(payload.begin(), payload.end()), filled(1000));
}

TEST(V1Transport, GivesItsBuffersBackWhenIdle) {
  CoupledEnds talk(std::make_unique<V1Transport>(Role::kInitiator, V1Config{}, TimePoint{}),
                   std::make_unique<V1Transport>(Role::kResponder, V1Config{}, TimePoint{}),
                   Cut::kWhole);
  const std::size_t before = talk.responder().info().memory_bytes;
  talk_a_little(talk, 100);
  EXPECT_GT(talk.responder().info().memory_bytes, before);
  EXPECT_EQ(talk.responder().transport().next_deadline(), talk.now() + seconds(1));
  talk.pass(seconds(1));
  EXPECT_EQ(talk.responder().info().memory_bytes, before);
  EXPECT_FALSE(talk.responder().transport().next_deadline());
}

TEST(V1Transport, NoMemoryForAMessageIsAFault) {
  if (!testing::counting_malloc_works()) GTEST_SKIP() << "malloc cannot be made to fail here.";
  testing::restart_counting();
  CountedTransport transport(
      [] { return std::make_unique<V1Transport>(Role::kInitiator, V1Config{}, TimePoint{}); });
  testing::fail_allocations_over(50'000);
  EXPECT_EQ(transport.push(TimePoint{}, {type_named("tx"), filled(100'000)}).error(),
            PushError::kFaulted);
  expect_fault(transport.fault(), Rule::kOutOfMemory);
  testing::restart_counting();
}

}  // namespace
}  // namespace veilwire::transport

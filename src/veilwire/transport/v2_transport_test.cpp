// Two version 2 transports that behave: what gets through, in what form, and what info() says of
// it.
#include "veilwire/transport/v2_transport.h"

#include <gtest/gtest.h>

#include <string>

#include "veilwire/base/hex.h"
#include "veilwire/transport/testing/coupled_ends.h"

namespace veilwire::transport {
namespace {

using testing::CoupledV2Ends;
using testing::Cut;
using testing::End;
using testing::filled;
using testing::no_garbage;
using testing::type_named;

class V2TransportInAnyCut : public ::testing::TestWithParam<Cut> {};
INSTANTIATE_TEST_SUITE_P(Cuts, V2TransportInAnyCut, ::testing::ValuesIn(testing::kAllCuts),
                         ::testing::PrintToStringParamName());

TEST_P(V2TransportInAnyCut, EstablishesWithEqualSessionIds) {
  CoupledV2Ends talk(GetParam());
  talk->run();
  ASSERT_TRUE(talk->initiator().established());
  ASSERT_TRUE(talk->responder().established());
  EXPECT_EQ(talk->initiator().version(), Version::kV2);
  ASSERT_TRUE(talk->initiator().info().session_id);
  EXPECT_EQ(talk->initiator().info().session_id, talk->responder().info().session_id);
}

TEST_P(V2TransportInAnyCut, CarriesMessagesOfEverySizeBothWays) {
  CoupledV2Ends talk(GetParam());
  talk->run();
  const std::size_t sizes[] = {0, 1, 8, 250, 4094, 4095, 4096, 70'000, kMaxPayloadBytes};
  for (const std::size_t size : sizes) {
    for (End* end : {&talk->initiator(), &talk->responder()}) {
      ASSERT_TRUE(end->transport().push(talk->now(), {type_named("tx"), filled(size)}));
      talk->run();
      ASSERT_TRUE(end->transport().push(talk->now(), {type_named("noshortid"), filled(size)}));
      talk->run();
    }
  }
  for (End* end : {&talk->initiator(), &talk->responder()}) {
    ASSERT_EQ(end->messages().size(), 2 * std::size(sizes));
    for (std::size_t i = 0; i < end->messages().size(); ++i) {
      EXPECT_EQ(end->messages()[i].type.name(), i % 2 == 0 ? "tx" : "noshortid");
      EXPECT_EQ(end->messages()[i].payload, filled(sizes[i / 2]));
    }
  }
}

TEST_P(V2TransportInAnyCut, KeepsTheOrderOfSmallAndLargeMessages) {
  CoupledV2Ends talk(GetParam());
  talk->run();
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < 100; ++i) sizes.push_back(i % 10 == 9 ? 5000 + i : i);
  for (const std::size_t size : sizes) {
    ASSERT_TRUE(talk->initiator().transport().push(talk->now(), {type_named("tx"), filled(size)}));
  }
  talk->run();
  ASSERT_EQ(talk->responder().messages().size(), sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    EXPECT_EQ(talk->responder().messages()[i].payload.size(), sizes[i]);
  }
}

TEST_P(V2TransportInAnyCut, SendsTheDecoysAndVersionContentsThatTheCallerSets) {
  CoupledV2Ends talk(GetParam(),
                     {.version_contents = {1, 2, 3}, .decoys_before_version = {{}, filled(500)}},
                     {.version_contents = filled(4000)});
  talk->run();
  EXPECT_EQ(talk->responder().version_contents(), (Bytes{1, 2, 3}));
  EXPECT_EQ(talk->initiator().version_contents(), filled(4000));
  EXPECT_EQ(talk->responder().info().received.decoys, 2U);
  EXPECT_EQ(talk->initiator().info().sent.decoys, 2U);
  EXPECT_EQ(talk->initiator().info().sent.decoy_bytes, 500 + 2 * kPacketExpansionBytes);
}

// Packet 0 is a decoy before the version packet, and so are those around the first rekey.
TEST_P(V2TransportInAnyCut, Carries1000PacketsAcrossFourRekeysWithDecoysAtTheEdges) {
  CoupledV2Ends talk(GetParam(), {.decoys_before_version = {filled(7)}});
  talk->run();
  std::size_t messages = 0;
  for (std::size_t packet = 2; packet < 1000; ++packet) {
    Transport& initiator = talk->initiator().transport();
    if (packet >= 223 && packet <= 225) {
      ASSERT_TRUE(initiator.push_decoy(talk->now(), filled(packet)));
    } else {
      ASSERT_TRUE(initiator.push(talk->now(), {type_named("inv"), filled(packet)}));
      ++messages;
    }
    if (packet % 5 == 0) talk->run();
  }
  talk->run();
  ASSERT_EQ(talk->responder().messages().size(), messages);
  EXPECT_EQ(talk->responder().messages().back().payload, filled(999));
  EXPECT_EQ(talk->initiator().info().sent.decoys, 4U);
  EXPECT_EQ(talk->responder().info().received.decoys, 4U);
  EXPECT_EQ(talk->initiator().info().sent.rekeys, 4U);
  EXPECT_EQ(talk->responder().info().received.rekeys, 4U);
  EXPECT_EQ(talk->responder().info().sent.rekeys, 0U);
}

TEST_P(V2TransportInAnyCut, CountsTheSameBytesAtBothEnds) {
  CoupledV2Ends talk(GetParam());
  talk->run();
  for (const std::size_t size : {0UL, 10UL, 100'000UL}) {
    ASSERT_TRUE(
        talk->initiator().transport().push(talk->now(), {type_named("block"), filled(size)}));
    ASSERT_TRUE(talk->responder().transport().push_decoy(talk->now(), filled(size)));
  }
  talk->run();
  const Info initiator = talk->initiator().info();
  const Info responder = talk->responder().info();
  EXPECT_EQ(initiator.sent.bytes, responder.received.bytes);
  EXPECT_EQ(initiator.sent.messages, 3U);
  EXPECT_EQ(responder.received.messages, 3U);
  EXPECT_EQ(initiator.sent.garbage_bytes, responder.received.garbage_bytes);
  EXPECT_EQ(responder.sent.bytes, initiator.received.bytes);
  EXPECT_EQ(responder.sent.garbage_bytes, initiator.received.garbage_bytes);
  EXPECT_EQ(responder.sent.decoy_bytes, initiator.received.decoy_bytes);
  EXPECT_EQ(responder.sent.messages, 0U);
  // Key, garbage, terminator, version packet, then each message: 20 bytes and an id more.
  EXPECT_EQ(initiator.sent.bytes,
            64 + initiator.sent.garbage_bytes + 16 + 20 + 3 * 21 + 0 + 10 + 100'000);
}

TEST_P(V2TransportInAnyCut, TheKeyLogTellsBothEndsTheSame) {
  std::string initiators;
  std::string responders;
  const auto write_to = [](std::string& to) {
    return [&to](const KeyLogEntry& entry) { to += key_log_line(entry); };
  };
  CoupledV2Ends talk(GetParam(), {.key_log = write_to(initiators)},
                     {.key_log = write_to(responders)});
  talk->run();
  EXPECT_FALSE(initiators.empty());
  EXPECT_EQ(initiators, responders);
}

TEST_P(V2TransportInAnyCut, AnotherNetworksMagicKeepsTheTwoApart) {
  CoupledV2Ends talk(GetParam(), {.magic = protocol::kMainMagic},
                     {.magic = protocol::kSignetMagic});
  talk->run();
  EXPECT_FALSE(talk->initiator().established());
  EXPECT_FALSE(talk->responder().established());
}

// -- Events ---------------------------------------------------------------------------------------

TEST(V2Transport, FeedStopsWhileAnEventWaits) {
  CoupledV2Ends talk(Cut::kWhole);
  talk->run();
  Transport& initiator = talk->initiator().transport();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(initiator.push(talk->now(), {type_named("ping"), filled(8)}));
  }
  const ByteView sent = initiator.bytes_to_send();
  const std::size_t packet_bytes = sent.size() / 3;

  Transport& responder = talk->responder().transport();
  EXPECT_EQ(responder.feed(talk->now(), sent), packet_bytes);
  EXPECT_EQ(responder.feed(talk->now(), sent.subspan(packet_bytes)), 0U);
  EXPECT_TRUE(responder.poll_event());
  EXPECT_FALSE(responder.poll_event());
  EXPECT_EQ(responder.feed(talk->now(), sent.subspan(packet_bytes)), packet_bytes);
  EXPECT_TRUE(responder.poll_event());
}

TEST(V2Transport, APayloadLivesUntilTheNextFeed) {
  CoupledV2Ends talk(Cut::kWhole);
  talk->run();
  Transport& initiator = talk->initiator().transport();
  const Bytes payload = filled(10'000);
  ASSERT_TRUE(initiator.push(talk->now(), {type_named("tx"), payload}));
  Transport& responder = talk->responder().transport();
  const ByteView sent = initiator.bytes_to_send();
  ASSERT_EQ(responder.feed(talk->now(), sent), sent.size());
  const auto event = responder.poll_event();
  ASSERT_TRUE(event);
  // Nothing but feed() and on_deadline() touches it.
  ASSERT_TRUE(responder.push(talk->now(), {type_named("tx"), filled(100'000)}));
  std::ignore = responder.bytes_to_send();
  std::ignore = responder.info();
  const ByteView seen = std::get<MessageReceived>(*event).payload;
  EXPECT_EQ(Bytes(seen.begin(), seen.end()), payload);
}

// -- Configuration and entropy --------------------------------------------------------------------

// What becomes of an initiator that is made so, and how many keys it took.
struct Attempt {
  explicit Attempt(V2Config config, std::uint64_t seed = 7)
      : entropy(seed),
        keys(entropy),
        transport(Role::kInitiator, std::move(config), keys, entropy, TimePoint{}) {}
  crypto::SeededEntropy entropy;
  testing::CountingKeys keys;
  V2Transport transport;
};

TEST(V2Transport, RefusesGarbageOver4095BytesOfItsOwn) {
  Attempt attempt({.garbage = testing::given_garbage(filled(kMaxGarbageBytes + 1))});
  testing::expect_fault(attempt.transport.fault(), Rule::kBadConfiguration);
  EXPECT_TRUE(attempt.transport.bytes_to_send().empty());
  EXPECT_EQ(attempt.keys.taken(), 0);
}

TEST(V2Transport, RefusesToDoWithoutAGarbagePolicy) {
  Attempt attempt({.garbage = nullptr});
  testing::expect_fault(attempt.transport.fault(), Rule::kBadConfiguration);
}

TEST(V2Transport, RefusesContentsOfItsOwnThatNoPacketMayHave) {
  Attempt version({.version_contents = filled(kMaxContentsBytes + 1)});
  testing::expect_fault(version.transport.fault(), Rule::kBadConfiguration);
  Attempt decoy({.decoys_before_version = {filled(kMaxContentsBytes + 1)}});
  testing::expect_fault(decoy.transport.fault(), Rule::kBadConfiguration);
}

TEST(V2Transport, RefusesAKeyThatIsNone) {
  testing::GivenKey zero(Secret<32>(), crypto::EllSwift64{1});
  crypto::SeededEntropy entropy(7);
  V2Transport transport(Role::kInitiator, {}, zero, entropy, TimePoint{});
  EXPECT_EQ(transport.feed(TimePoint{}, filled(64)), 64U);
  testing::expect_fault(transport.fault(), Rule::kBadConfiguration);
}

TEST(V2Transport, TakesNoKeyWhereTheEntropyFails) {
  crypto::SeededEntropy good(7);
  testing::CountingKeys keys(good);
  testing::FailingEntropy bad;
  V2Transport initiator(Role::kInitiator, {}, keys, bad, TimePoint{});
  testing::expect_fault(initiator.fault(), Rule::kEntropyFailed);
  EXPECT_TRUE(initiator.bytes_to_send().empty());

  V2Transport responder(Role::kResponder, {}, keys, bad, TimePoint{});
  EXPECT_FALSE(responder.fault());
  EXPECT_EQ(responder.feed(TimePoint{}, filled(1)), 1U);
  testing::expect_fault(responder.fault(), Rule::kEntropyFailed);
  EXPECT_TRUE(responder.bytes_to_send().empty());
  EXPECT_EQ(keys.taken(), 0);
}

TEST(V2Transport, StopsWhereNoKeyIsToBeHad) {
  testing::FailingEntropy bad;
  testing::CountingKeys keys(bad);
  crypto::SeededEntropy good(7);
  V2Transport transport(Role::kInitiator, {}, keys, good, TimePoint{});
  testing::expect_fault(transport.fault(), Rule::kEntropyFailed);
  EXPECT_TRUE(transport.bytes_to_send().empty());
}

TEST(V2Transport, LogsTheKeysOfAHandshakeThatFailsAfterwards) {
  std::string log;
  Attempt attempt({.key_log = [&](const KeyLogEntry& entry) { log = key_log_line(entry); }});
  EXPECT_EQ(attempt.transport.feed(TimePoint{}, filled(64)), 64U);
  attempt.transport.on_deadline(TimePoint{} + kDefaultHandshakeTimeout);
  testing::expect_fault(attempt.transport.fault(), Rule::kHandshakeTimeout);
  EXPECT_TRUE(log.starts_with("BIP324_SHARED_SECRET f9beb4d9 ")) << log;
  EXPECT_NE(log.find(to_hex(filled(64))), std::string::npos);
}

TEST(V2Transport, TellsTheSessionIdOnlyOnceThePeersVersionPacketHasVerified) {
  Attempt attempt({});
  EXPECT_EQ(attempt.transport.feed(TimePoint{}, filled(64)), 64U);
  EXPECT_FALSE(attempt.transport.info().session_id);
}

}  // namespace
}  // namespace veilwire::transport

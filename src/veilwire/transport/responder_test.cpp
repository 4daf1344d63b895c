// The side that was dialled: which version it finds, when it says its first word, and what becomes
// of what was pushed before.
#include "veilwire/transport/responder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "veilwire/transport/testing/coupled_ends.h"

namespace veilwire::transport {
namespace {

using testing::CoupledEnds;
using testing::Cut;
using testing::End;
using testing::expect_fault;
using testing::filled;
using testing::no_garbage;
using testing::type_named;

Bytes v1_prefix(const protocol::Magic& magic) {
  Bytes prefix(kV1PrefixBytes);
  std::ranges::copy(std::string_view("version"), std::ranges::copy(magic, prefix.begin()).out);
  return prefix;
}

class ResponderInAnyCut : public ::testing::TestWithParam<Cut> {
 protected:
  std::unique_ptr<Responder> responder(V1Policy v1 = V1Policy::kAccept) {
    return std::make_unique<Responder>(V2Config{.garbage = no_garbage()}, keys_, entropy_,
                                       TimePoint{}, v1);
  }
  std::unique_ptr<Transport> v1_initiator() {
    auto transport = std::make_unique<V1Transport>(Role::kInitiator, V1Config{}, TimePoint{});
    EXPECT_TRUE(transport->push(TimePoint{}, {type_named("version"), filled(100)}));
    return transport;
  }
  std::unique_ptr<Transport> v2_initiator() {
    return std::make_unique<V2Transport>(Role::kInitiator, V2Config{}, keys_, entropy_,
                                         TimePoint{});
  }

  crypto::SeededEntropy entropy_{3};
  testing::CountingKeys keys_{entropy_};
};
INSTANTIATE_TEST_SUITE_P(Cuts, ResponderInAnyCut, ::testing::ValuesIn(testing::kAllCuts),
                         ::testing::PrintToStringParamName());

// -- The decision ---------------------------------------------------------------------------------

TEST_P(ResponderInAnyCut, SpeaksVersion1WithAPeerThatDoes) {
  CoupledEnds talk(v1_initiator(), responder(), GetParam());
  talk.run();
  ASSERT_TRUE(talk.responder().established());
  EXPECT_EQ(talk.responder().version(), Version::kV1);
  ASSERT_TRUE(talk.responder().transport().push(talk.now(), {type_named("verack"), {}}));
  talk.run();
  ASSERT_EQ(talk.responder().messages().size(), 1U);
  EXPECT_EQ(talk.responder().messages()[0].payload, filled(100));
  EXPECT_EQ(talk.initiator().messages().size(), 1U);
  EXPECT_EQ(talk.responder().info().version, Version::kV1);
  EXPECT_EQ(talk.responder().info().received.bytes, talk.initiator().info().sent.bytes);
  EXPECT_EQ(keys_.taken(), 0);
}

TEST_P(ResponderInAnyCut, SpeaksVersion2WithAPeerThatDoes) {
  CoupledEnds talk(v2_initiator(), responder(), GetParam());
  talk.run();
  ASSERT_TRUE(talk.responder().established());
  EXPECT_EQ(talk.responder().version(), Version::kV2);
  ASSERT_TRUE(talk.responder().info().session_id);
  EXPECT_EQ(talk.responder().info().session_id, talk.initiator().info().session_id);
  EXPECT_EQ(talk.responder().info().received.bytes, talk.initiator().info().sent.bytes);
}

TEST_P(ResponderInAnyCut, SendsNothingAndTakesNoKeyBeforeTheFirstByteThatDiffers) {
  for (std::size_t equal = 0; equal < kV1PrefixBytes; ++equal) {
    const int keys_before = keys_.taken();
    End end(responder(), GetParam());
    Bytes bytes = v1_prefix(protocol::kMainMagic);
    bytes[equal] ^= 0x40;
    end.receive(TimePoint{}, ByteView(bytes).first(equal));
    EXPECT_TRUE(end.take_sent().empty());
    EXPECT_EQ(keys_.taken(), keys_before);
    EXPECT_EQ(end.info().version, Version::kUndecided);
    EXPECT_EQ(end.info().received.bytes, equal);

    end.receive(TimePoint{}, ByteView(bytes).subspan(equal, 1));
    EXPECT_EQ(end.take_sent().size(), kEllSwiftBytes);
    EXPECT_EQ(keys_.taken(), keys_before + 1);
    EXPECT_EQ(end.info().version, Version::kV2);
    EXPECT_EQ(end.info().received.bytes, equal + 1);
  }
}

// An initiator's key may begin like version 1; the bytes that were held back are part of it.
TEST_P(ResponderInAnyCut, HandsTheHeldBytesOnToVersion2) {
  for (const std::size_t equal : {1UL, 4UL, 10UL, 15UL}) {
    crypto::EphemeralKey key = *crypto::ellswift_generate(entropy_);
    const Bytes prefix = v1_prefix(protocol::kMainMagic);
    std::copy_n(prefix.begin(), equal, key.ellswift.begin());
    key.ellswift[equal] = static_cast<std::uint8_t>(prefix[equal] ^ 1);

    End end(responder(), GetParam());
    end.receive(TimePoint{}, key.ellswift);
    // Key, terminator and version packet: all 64 bytes have reached the key exchange.
    EXPECT_EQ(end.take_sent().size(),
              kEllSwiftBytes + kGarbageTerminatorBytes + kPacketExpansionBytes);
  }
}

TEST_P(ResponderInAnyCut, RefusesVersion1OfAnotherNetwork) {
  End end(responder(), GetParam());
  end.receive(TimePoint{}, v1_prefix(protocol::kSignetMagic));
  expect_fault(end.fault(), Rule::kV1OtherNetwork);
}

TEST_P(ResponderInAnyCut, RefusesVersion1WhereThePolicySaysSo) {
  End end(responder(V1Policy::kRefuse), GetParam());
  end.receive(TimePoint{}, v1_prefix(protocol::kMainMagic));
  expect_fault(end.fault(), Rule::kV1Refused);
  EXPECT_EQ(end.transport().info().received.bytes, kV1PrefixBytes);
  EXPECT_TRUE(end.take_sent().empty());
  EXPECT_EQ(keys_.taken(), 0);
}

TEST_P(ResponderInAnyCut, SendsNothingToAnotherNetworkWhoseBytesAreThere) {
  Bytes prefix = v1_prefix(protocol::kMainMagic);
  prefix[3] ^= 1;
  End end(responder(), Cut::kWhole);
  // The first three bytes may have come before: they tell nothing yet.
  const std::size_t before = GetParam() == Cut::kWhole ? 0 : 3;
  end.receive(TimePoint{}, ByteView(prefix).first(before));
  end.receive(TimePoint{}, ByteView(prefix).subspan(before));
  expect_fault(end.fault(), Rule::kV1OtherNetwork);
  EXPECT_TRUE(end.take_sent().empty());
  EXPECT_EQ(keys_.taken(), 0);
}

// -- What was pushed before -----------------------------------------------------------------------

TEST_P(ResponderInAnyCut, SendsWhatWasPushedBeforeTheDecisionInEitherVersion) {
  for (const Version version : {Version::kV1, Version::kV2}) {
    CoupledEnds talk(version == Version::kV1 ? v1_initiator() : v2_initiator(), responder(),
                     GetParam());
    Transport& undecided = talk.responder().transport();
    for (std::size_t i = 0; i < kMaxQueuedBeforeHandshake - 1; ++i) {
      ASSERT_TRUE(undecided.push(talk.now(), {type_named("noshortid"), filled(i)}));
    }
    ASSERT_TRUE(undecided.push_decoy(talk.now(), filled(5)));
    talk.run();
    EXPECT_EQ(talk.responder().version(), version);
    ASSERT_EQ(talk.initiator().messages().size(), kMaxQueuedBeforeHandshake - 1);
    for (std::size_t i = 0; i < kMaxQueuedBeforeHandshake - 1; ++i) {
      EXPECT_EQ(talk.initiator().messages()[i].payload, filled(i));
    }
    EXPECT_EQ(talk.initiator().info().received.decoys, version == Version::kV2 ? 1U : 0U);
  }
}

TEST_P(ResponderInAnyCut, KeepsItsPromiseForQueuesThatAreJustFull) {
  for (const Version version : {Version::kV1, Version::kV2}) {
    CoupledEnds talk(version == Version::kV1 ? v1_initiator() : v2_initiator(), responder(),
                     GetParam());
    Transport& undecided = talk.responder().transport();
    // 63 of these pass the limit on the wire, though their payloads alone do not.
    const Bytes payload = filled(15'850);
    std::size_t accepted = 0;
    while (undecided.push(talk.now(), {type_named("noshortid"), payload})) ++accepted;
    EXPECT_EQ(accepted, 63U);
    talk.run();
    EXPECT_EQ(talk.initiator().messages().size(), accepted);
  }
}

TEST_P(ResponderInAnyCut, RefusesMoreThan64MessagesBeforeTheDecision) {
  const auto undecided = responder();
  for (std::size_t i = 0; i < kMaxQueuedBeforeHandshake; ++i) {
    ASSERT_TRUE(undecided->push(TimePoint{}, {type_named("ping"), {}}));
  }
  EXPECT_EQ(undecided->push(TimePoint{}, {type_named("ping"), {}}).error(), PushError::kQueueFull);
  EXPECT_EQ(undecided->push_decoy(TimePoint{}, {}).error(), PushError::kQueueFull);
}

TEST_P(ResponderInAnyCut, RefusesWhatVersion1CouldNotSay) {
  const protocol::MessageType nameless = protocol::MessageType::from_short_id(200);
  const auto undecided = responder();
  EXPECT_EQ(undecided->push(TimePoint{}, {nameless, {}}).error(), PushError::kNotExpressible);
  EXPECT_EQ(undecided->push(TimePoint{}, {type_named("tx"), filled(kMaxPayloadBytes + 1)}).error(),
            PushError::kPayloadTooLong);
  EXPECT_TRUE(responder(V1Policy::kRefuse)->push(TimePoint{}, {nameless, {}}));
}

// -- Time -----------------------------------------------------------------------------------------

TEST_P(ResponderInAnyCut, GivesUpAPeerThatIsSilentOrUndecided) {
  for (const std::size_t sent : {0UL, 1UL, 15UL}) {
    End end(responder(), GetParam());
    end.receive(TimePoint{}, ByteView(v1_prefix(protocol::kMainMagic)).first(sent));
    EXPECT_EQ(end.transport().next_deadline(), TimePoint{} + kDefaultHandshakeTimeout);
    end.on_deadline(TimePoint{} + kDefaultHandshakeTimeout - Duration(1));
    EXPECT_FALSE(end.fault());
    end.on_deadline(TimePoint{} + kDefaultHandshakeTimeout);
    expect_fault(end.fault(), Rule::kHandshakeTimeout);
  }
}

TEST_P(ResponderInAnyCut, TheHandshakesTimeRunsFromTheConnectionNotTheDecision) {
  End end(responder(), GetParam());
  const TimePoint decided = TimePoint{} + std::chrono::seconds(50);
  end.receive(decided, filled(1));
  end.on_deadline(TimePoint{} + kDefaultHandshakeTimeout);
  expect_fault(end.fault(), Rule::kHandshakeTimeout);
}

TEST_P(ResponderInAnyCut, TellsHowLongTheDecisionForVersion1Took) {
  End end(responder(), GetParam());
  end.receive(TimePoint{} + std::chrono::seconds(2), v1_prefix(protocol::kMainMagic));
  EXPECT_EQ(end.info().handshake_duration, std::chrono::seconds(2));
}

// -- Faults ---------------------------------------------------------------------------------------

TEST_P(ResponderInAnyCut, AFaultBeforeTheDecisionIsForEver) {
  End end(responder(V1Policy::kRefuse), GetParam());
  ASSERT_TRUE(end.transport().push(TimePoint{}, {type_named("ping"), {}}));
  end.receive(TimePoint{}, v1_prefix(protocol::kMainMagic));
  Transport& transport = end.transport();
  expect_fault(transport.fault(), Rule::kV1Refused);
  EXPECT_EQ(transport.feed(TimePoint{}, filled(100)), 0U);
  EXPECT_TRUE(transport.bytes_to_send().empty());
  EXPECT_EQ(transport.push(TimePoint{}, {type_named("ping"), {}}).error(), PushError::kFaulted);
  EXPECT_EQ(transport.push_decoy(TimePoint{}, {}).error(), PushError::kFaulted);
  EXPECT_FALSE(transport.next_deadline());
  transport.on_deadline(TimePoint{} + std::chrono::hours(1));
  expect_fault(transport.fault(), Rule::kV1Refused);
}

TEST_P(ResponderInAnyCut, AFaultAfterTheDecisionIsTheChosenTransports) {
  End end(responder(), GetParam());
  end.receive(TimePoint{}, filled(64));
  end.receive(TimePoint{}, filled(4111));
  expect_fault(end.fault(), Rule::kGarbageTooLong);
}

}  // namespace
}  // namespace veilwire::transport

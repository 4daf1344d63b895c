#include "veilwire/transport/v1_transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "veilwire/base/endian.h"
#include "veilwire/base/hex.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/transport/testing/coupled_ends.h"

namespace veilwire::transport {
namespace {

using testing::CoupledEnds;
using testing::Cut;
using testing::End;
using testing::expect_fault;
using testing::filled;
using testing::type_named;

std::unique_ptr<Transport> v1(Role role, const protocol::Magic& magic = protocol::kMainMagic) {
  return std::make_unique<V1Transport>(role, V1Config{magic}, TimePoint{});
}

// A message, built without the code under test.
Bytes v1_message(std::string_view name, ByteView payload,
                 const protocol::Magic& magic = protocol::kMainMagic) {
  Bytes bytes(kV1HeaderBytes);
  std::ranges::copy(name, std::ranges::copy(magic, bytes.begin()).out);
  store_le(bytes.data() + 16, static_cast<std::uint32_t>(payload.size()));
  const Hash256 hash = crypto::sha256d(payload);
  std::copy_n(hash.begin(), 4, bytes.begin() + 20);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

class V1TransportInAnyCut : public ::testing::TestWithParam<Cut> {
 protected:
  End end() { return End(v1(Role::kResponder), GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(Cuts, V1TransportInAnyCut, ::testing::ValuesIn(testing::kAllCuts),
                         ::testing::PrintToStringParamName());

TEST_P(V1TransportInAnyCut, CarriesMessagesBothWays) {
  CoupledEnds talk(v1(Role::kInitiator), v1(Role::kResponder), GetParam());
  const std::size_t sizes[] = {0, 1, 24, 5000, 300'000};
  for (const std::size_t size : sizes) {
    for (End* end : {&talk.initiator(), &talk.responder()}) {
      ASSERT_TRUE(end->transport().push(talk.now(), {type_named("tx"), filled(size)}));
    }
  }
  talk.run();
  for (End* end : {&talk.initiator(), &talk.responder()}) {
    EXPECT_EQ(end->version(), Version::kV1);
    ASSERT_EQ(end->messages().size(), std::size(sizes));
    for (std::size_t i = 0; i < std::size(sizes); ++i) {
      EXPECT_EQ(end->messages()[i].payload, filled(sizes[i]));
    }
  }
  EXPECT_EQ(talk.initiator().info().sent.bytes, talk.responder().info().received.bytes);
  EXPECT_EQ(talk.initiator().info().sent.messages, std::size(sizes));
  EXPECT_EQ(talk.responder().info().received.messages, std::size(sizes));
}

TEST(V1Transport, SendsTheHeaderThatVersion1Has) {
  V1Transport transport(Role::kInitiator, {}, TimePoint{});
  ASSERT_TRUE(transport.push(TimePoint{}, {type_named("verack"), {}}));
  EXPECT_EQ(to_hex(transport.bytes_to_send()), "f9beb4d976657261636b000000000000000000005df6e0e2");
}

TEST_P(V1TransportInAnyCut, AcceptsAPayloadOf4000000Bytes) {
  End other = end();
  other.receive(TimePoint{}, v1_message("block", filled(kMaxPayloadBytes)));
  EXPECT_FALSE(other.fault());
  EXPECT_EQ(other.messages().size(), 1U);
}

TEST_P(V1TransportInAnyCut, RefusesAPayloadOver4000000BytesByItsLengthAlone) {
  End other = end();
  Bytes header = v1_message("block", {});
  store_le(header.data() + 16, std::uint32_t{kMaxPayloadBytes + 1});
  other.receive(TimePoint{}, header);
  expect_fault(other.fault(), Rule::kV1PayloadTooLong);
}

TEST_P(V1TransportInAnyCut, ReservesAtMost256KiBAheadOfWhatHasArrived) {
  End other = end();
  const std::size_t before = other.info().memory_bytes;
  const Bytes message = v1_message("block", filled(kMaxPayloadBytes));
  other.receive(TimePoint{}, ByteView(message).first(1000));
  EXPECT_LE(other.info().memory_bytes, before + 1000 + kMaxReservedAheadBytes);
}

TEST_P(V1TransportInAnyCut, RefusesAnotherMagicByItsFirstFourBytes) {
  for (const bool first : {true, false}) {
    End other = end();
    if (!first) other.receive(TimePoint{}, v1_message("ping", filled(8)));
    other.receive(TimePoint{}, Bytes{0xf9, 0xbe, 0xb4, 0xd8});
    expect_fault(other.fault(), Rule::kV1BadMagic);
    EXPECT_EQ(other.messages().size(), first ? 0U : 1U);
  }
}

TEST_P(V1TransportInAnyCut, DropsABadChecksumAndGoesOn) {
  End other = end();
  Bytes bad = v1_message("ping", filled(8));
  bad.back() ^= 1;
  other.receive(TimePoint{}, bad);
  other.receive(TimePoint{}, v1_message("ping", filled(8)));
  EXPECT_FALSE(other.fault());
  EXPECT_EQ(other.info().dropped, 1U);
  EXPECT_EQ(other.info().received.packets, 2U);
  EXPECT_EQ(other.messages().size(), 1U);
}

TEST_P(V1TransportInAnyCut, DropsAMalformedNameAndGoesOn) {
  End other = end();
  for (const std::string_view name : {std::string_view(""), std::string_view("a\0b", 3),
                                      std::string_view("\xff"), std::string_view("t\n")}) {
    other.receive(TimePoint{}, v1_message(name, filled(3)));
  }
  other.receive(TimePoint{}, v1_message("twelve chars", filled(3)));
  EXPECT_FALSE(other.fault());
  EXPECT_EQ(other.info().dropped, 4U);
  ASSERT_EQ(other.messages().size(), 1U);
  EXPECT_EQ(other.messages()[0].type.name(), "twelve chars");
}

TEST(V1Transport, IsEstablishedFromTheStart) {
  V1Transport transport(Role::kInitiator, {}, TimePoint{});
  // Nothing is taken before that is known.
  EXPECT_EQ(transport.feed(TimePoint{}, v1_message("ping", {})), 0U);
  const auto event = transport.poll_event();
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<Established>(*event).version, Version::kV1);
  EXPECT_EQ(transport.feed(TimePoint{}, v1_message("ping", {})), kV1HeaderBytes);
  EXPECT_FALSE(transport.info().session_id);
}

TEST(V1Transport, CannotSayWhatVersion1HasNoWordsFor) {
  V1Transport transport(Role::kInitiator, {}, TimePoint{});
  EXPECT_EQ(transport.push(TimePoint{}, {protocol::MessageType::from_short_id(200), {}}).error(),
            PushError::kNotExpressible);
  EXPECT_EQ(transport.push_decoy(TimePoint{}, {}).error(), PushError::kNotExpressible);
  EXPECT_EQ(transport.push(TimePoint{}, {type_named("tx"), filled(kMaxPayloadBytes + 1)}).error(),
            PushError::kPayloadTooLong);
}

TEST(V1Transport, RefusesToPushAtAMillionUnsentBytes) {
  V1Transport transport(Role::kInitiator, {}, TimePoint{});
  const Bytes payload = filled(kMaxUnsentBytes - kV1HeaderBytes - 1);
  ASSERT_TRUE(transport.push(TimePoint{}, {type_named("block"), payload}));
  ASSERT_TRUE(transport.push(TimePoint{}, {type_named("ping"), {}}));
  EXPECT_EQ(transport.push(TimePoint{}, {type_named("ping"), {}}).error(), PushError::kQueueFull);
  transport.mark_sent(transport.bytes_to_send().size());
  EXPECT_TRUE(transport.push(TimePoint{}, {type_named("ping"), {}}));
}

TEST(V1Transport, AFaultIsForEverAndLeavesNothingToSend) {
  V1Transport transport(Role::kInitiator, {}, TimePoint{});
  ASSERT_TRUE(transport.poll_event());
  ASSERT_TRUE(transport.push(TimePoint{}, {type_named("ping"), {}}));
  EXPECT_EQ(transport.feed(TimePoint{}, filled(4)), 4U);
  expect_fault(transport.fault(), Rule::kV1BadMagic);
  EXPECT_TRUE(transport.bytes_to_send().empty());
  EXPECT_EQ(transport.info().sent.messages, 0U);
  EXPECT_EQ(transport.feed(TimePoint{}, v1_message("ping", {})), 0U);
  EXPECT_EQ(transport.push(TimePoint{}, {type_named("ping"), {}}).error(), PushError::kFaulted);
  EXPECT_EQ(transport.push_decoy(TimePoint{}, {}).error(), PushError::kFaulted);
  EXPECT_FALSE(transport.next_deadline());
}

}  // namespace
}  // namespace veilwire::transport

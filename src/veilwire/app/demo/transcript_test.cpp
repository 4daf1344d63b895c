#include "veilwire/app/demo/transcript.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "veilwire/app/demo/transcript_text.h"
#include "veilwire/base/hex.h"
#include "veilwire/crypto/seeded_entropy.h"

namespace veilwire::app {
namespace {

Transcript conversation_of(std::uint64_t seed) {
  crypto::SeededEntropy entropy(seed);
  auto held = hold_conversation(entropy);
  if (!held) throw std::runtime_error(held.error());
  return std::move(*held);
}

class NoEntropy final : public Entropy {
 public:
  std::expected<void, EntropyFailure> fill(ByteSpan) override {
    return std::unexpected(EntropyFailure{});
  }
};

TEST(Transcript, BothSidesDeriveTheSameSessionId) {
  const Transcript talk = conversation_of(1);
  EXPECT_EQ(talk.initiator_session_id, talk.responder_session_id);
  EXPECT_NE(talk.initiator_session_id, transport::SessionId{});
}

TEST(Transcript, HandshakeIsKeysGarbageTerminatorsAndVersionPackets) {
  const Transcript talk = conversation_of(2);
  ASSERT_EQ(talk.handshake.size(), 3u);
  EXPECT_EQ(talk.handshake[0].bytes, 64 + talk.initiator_garbage_bytes);
  EXPECT_EQ(talk.handshake[1].bytes, 64 + talk.responder_garbage_bytes + 16 + 20);
  EXPECT_EQ(talk.handshake[2].bytes, 16u + 20u);
}

TEST(Transcript, EveryMessageHasItsSizeInBothVersions) {
  const Transcript talk = conversation_of(3);
  for (const SaidMessage& said : talk.said) {
    SCOPED_TRACE(said.name);
    const std::size_t overhead = said.v2_bytes - said.payload_bytes;
    if (!said.v1_bytes) {
      EXPECT_EQ(overhead, 20u);
      continue;
    }
    EXPECT_EQ(*said.v1_bytes, said.payload_bytes + 24);
    EXPECT_TRUE(overhead == 20 + 1 || overhead == 20 + 1 + 12) << overhead;
  }
}

TEST(Transcript, TotalsAddUp) {
  const Transcript talk = conversation_of(4);
  std::size_t v2 = 0;
  std::size_t v1 = 0;
  for (const SaidMessage& said : talk.said) {
    v2 += said.v2_bytes;
    v1 += said.v1_bytes.value_or(0);
  }
  const Totals totals = talk.totals();
  EXPECT_EQ(totals.messages + totals.decoys, talk.said.size());
  EXPECT_EQ(totals.v2_bytes + totals.decoy_bytes, v2);
  EXPECT_EQ(totals.v1_bytes, v1);
  EXPECT_EQ(totals.decoys, 1u);
  EXPECT_EQ(totals.handshake_bytes,
            talk.handshake[0].bytes + talk.handshake[1].bytes + talk.handshake[2].bytes);
}

TEST(Transcript, HoldsABlockATransactionAndAnUnknownName) {
  const Transcript talk = conversation_of(5);
  const auto payload_of = [&](std::string_view name) {
    const auto found = std::ranges::find(talk.said, name, &SaidMessage::name);
    return found == talk.said.end() ? 0 : found->payload_bytes;
  };
  EXPECT_EQ(payload_of("block"), kSampleBlockBytes);
  EXPECT_EQ(payload_of("tx"), 222u);
  EXPECT_EQ(payload_of("inv"), 1u + 3 * 36);
  EXPECT_EQ(payload_of("headers"), 82u);
  EXPECT_GT(payload_of("veilwiredemo"), 0u);
}

TEST(Transcript, NothingOnTheWireRepeatsWhileVersion1AlwaysBeginsAlike) {
  const Transcript talk = conversation_of(6);
  std::set<std::string> starts;
  for (const SaidMessage& said : talk.said) {
    EXPECT_TRUE(starts.insert(to_hex(said.v2_first_bytes)).second) << said.name;
    if (!said.v1_bytes) continue;
    const std::string v1(said.v1_first_bytes.begin(), said.v1_first_bytes.end());
    EXPECT_EQ(v1.substr(0, 4), "\xf9\xbe\xb4\xd9");
    EXPECT_EQ(v1.substr(4, said.name.size()), said.name);
  }
}

TEST(Transcript, ATurnedBitIsThePeersFault) {
  const Transcript talk = conversation_of(7);
  EXPECT_EQ(talk.tampering.fault.rule, transport::Rule::kAuthenticationFailed);
  EXPECT_EQ(talk.tampering.fault.blame, transport::Blame::kPeer);
  EXPECT_LT(talk.tampering.bit, talk.tampering.packet_bytes * 8);
}

TEST(Transcript, SameSeedSameConversation) {
  EXPECT_EQ(transcript_json(conversation_of(8)), transcript_json(conversation_of(8)));
  EXPECT_NE(transcript_json(conversation_of(8)), transcript_json(conversation_of(9)));
}

TEST(Transcript, SaysWhenThereIsNoRandomness) {
  NoEntropy entropy;
  const auto held = hold_conversation(entropy);
  ASSERT_FALSE(held);
  EXPECT_NE(held.error().find("randomness"), std::string::npos) << held.error();
}

TEST(TranscriptText, ColourAddsNothingButColour) {
  const Transcript talk = conversation_of(10);
  const std::string plain = transcript_text(talk, Colour::kOff);
  std::string coloured = transcript_text(talk, Colour::kOn);
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_NE(coloured.find('\x1b'), std::string::npos);
  for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, plain);
}

TEST(TranscriptText, FitsIntoAHundredColumns) {
  const std::string text = transcript_text(conversation_of(11), Colour::kOff);
  std::size_t start = 0;
  for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
    EXPECT_LE(end - start, 100u) << text.substr(start, end - start);
    start = end + 1;
  }
}

}  // namespace
}  // namespace veilwire::app

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "veilwire/capi/c_pair.h"

namespace veilwire::capi {
namespace {

SeenEvent established(vw_version_kind version, std::string contents = "") {
  return {VW_EVENT_ESTABLISHED, version, 0, "", std::move(contents)};
}

SeenEvent message(std::uint8_t id, std::string name, std::string payload) {
  return {VW_EVENT_MESSAGE, VW_VERSION_UNDECIDED, id, std::move(name), std::move(payload)};
}

class CConversation : public testing::TestWithParam<std::size_t> {};

TEST_P(CConversation, CarriesMessagesBothWaysInVersion2) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, nullptr);
  EXPECT_EQ(initiator.push("version", "from the initiator"), VW_OK);
  converse(initiator, responder, 0, GetParam());
  EXPECT_EQ(responder.push("ping", "12345678"), VW_OK);
  converse(initiator, responder, 0, GetParam());

  EXPECT_EQ(initiator.events(),
            (std::vector{established(VW_VERSION_V2), message(18, "ping", "12345678")}));
  EXPECT_EQ(responder.events(),
            (std::vector{established(VW_VERSION_V2), message(0, "version", "from the initiator")}));
  EXPECT_EQ(initiator.fault(), VW_RULE_NONE);
  EXPECT_EQ(responder.fault(), VW_RULE_NONE);
}

TEST_P(CConversation, CarriesMessagesBothWaysInVersion1) {
  CEnd initiator(VW_V1_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, nullptr);
  EXPECT_EQ(initiator.push("version", "clear"), VW_OK);
  converse(initiator, responder, 0, GetParam());
  EXPECT_EQ(responder.push("verack", ""), VW_OK);
  converse(initiator, responder, 0, GetParam());

  EXPECT_EQ(responder.events(),
            (std::vector{established(VW_VERSION_V1), message(0, "version", "clear")}));
  initiator.poll();
  EXPECT_EQ(initiator.events(),
            (std::vector{established(VW_VERSION_V1), message(0, "verack", "")}));
  EXPECT_EQ(responder.info().version, VW_VERSION_V1);
  EXPECT_EQ(responder.info().has_session_id, 0U);
}

INSTANTIATE_TEST_SUITE_P(Cuts, CConversation, testing::Values(SIZE_MAX, 1, 7));

TEST(CTransport, KnowsItsRole) {
  EXPECT_EQ(CEnd(VW_V2_INITIATOR, nullptr).info().role, VW_ROLE_INITIATOR);
  EXPECT_EQ(CEnd(VW_RESPONDER, nullptr).info().role, VW_ROLE_RESPONDER);
  EXPECT_EQ(CEnd(VW_V2_RESPONDER, nullptr).info().role, VW_ROLE_RESPONDER);
  EXPECT_EQ(CEnd(VW_V1_INITIATOR, nullptr).info().role, VW_ROLE_INITIATOR);
  EXPECT_EQ(CEnd(VW_V1_RESPONDER, nullptr).info().role, VW_ROLE_RESPONDER);
}

TEST(CTransport, BothEndsTellTheSameSessionId) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_V2_RESPONDER, nullptr);
  EXPECT_EQ(initiator.info().has_session_id, 0U);
  converse(initiator, responder);
  const vw_info a = initiator.info();
  const vw_info b = responder.info();
  ASSERT_EQ(a.has_session_id, 1U);
  ASSERT_EQ(b.has_session_id, 1U);
  EXPECT_EQ(std::memcmp(a.session_id, b.session_id, sizeof a.session_id), 0);
}

TEST(CTransport, CountsTrafficEachWay) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, nullptr);
  converse(initiator, responder);
  EXPECT_EQ(vw_push_decoy(initiator.get(), 0, nullptr, 0), VW_OK);
  EXPECT_EQ(initiator.push("inv", std::string(37, 'x')), VW_OK);
  converse(initiator, responder);

  const vw_info a = initiator.info();
  const vw_info b = responder.info();
  EXPECT_EQ(a.sent_packets, 3U);  // and the version packet
  EXPECT_EQ(b.received_packets, 3U);
  EXPECT_EQ(a.sent_messages, 1U);
  EXPECT_EQ(a.sent_decoys, 1U);
  EXPECT_EQ(a.sent_decoy_bytes, 20U);
  EXPECT_EQ(b.received_messages, 1U);
  EXPECT_EQ(b.received_decoys, 1U);
  EXPECT_EQ(b.received_decoy_bytes, 20U);
  EXPECT_EQ(a.sent_bytes, b.received_bytes);
  EXPECT_EQ(a.received_bytes, b.sent_bytes);
  EXPECT_EQ(a.sent_garbage_bytes, b.received_garbage_bytes);
  EXPECT_EQ(a.received_garbage_bytes, b.sent_garbage_bytes);
  EXPECT_GT(a.memory_bytes, 0U);
}

TEST(CTransport, TellsTimesAsTheCallerCountsThem) {
  CEnd initiator(VW_V2_INITIATOR, nullptr, 5 * kSecond);
  CEnd responder(VW_RESPONDER, nullptr, 5 * kSecond);
  EXPECT_EQ(initiator.info().handshake_duration_ns, VW_NEVER);
  EXPECT_EQ(initiator.info().last_message_at_ns, VW_NEVER);
  converse(initiator, responder, 6 * kSecond);
  EXPECT_EQ(initiator.info().handshake_duration_ns, kSecond);
  EXPECT_EQ(responder.push("ping", "12345678", 7 * kSecond), VW_OK);
  converse(initiator, responder, 8 * kSecond);
  EXPECT_EQ(initiator.info().last_message_at_ns, 8 * kSecond);
}

TEST(CTransport, SendsAnIdWithoutAName) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, nullptr);
  const std::uint8_t payload[] = {'?'};
  EXPECT_EQ(vw_push_short_id(initiator.get(), 0, 200, payload, 1), VW_OK);
  converse(initiator, responder);
  EXPECT_EQ(responder.events().back(), message(200, "", "?"));
}

TEST(CTransport, AnIdWithANameIsThatName) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, nullptr);
  EXPECT_EQ(vw_push_short_id(initiator.get(), 0, 14, nullptr, 0), VW_OK);
  converse(initiator, responder);
  EXPECT_EQ(responder.events().back(), message(14, "inv", ""));
}

TEST(CTransport, MayBeWrittenInPieces) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, nullptr);
  std::size_t size = 0;
  while (const std::uint8_t* bytes = vw_bytes_to_send(initiator.get(), &size)) {
    const std::string one(reinterpret_cast<const char*>(bytes), 1);
    ASSERT_EQ(vw_mark_sent(initiator.get(), 1), VW_OK);
    responder.feed(one);
  }
  EXPECT_EQ(size, 0U);
  converse(initiator, responder);
  EXPECT_EQ(responder.events(), (std::vector{established(VW_VERSION_V2)}));
}

TEST(CTransport, RefusesToMarkMoreThanItOffered) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  EXPECT_EQ(vw_mark_sent(initiator.get(), 1), VW_ERROR_BAD_ARGUMENT);
  std::size_t size = 0;
  ASSERT_NE(vw_bytes_to_send(initiator.get(), &size), nullptr);
  EXPECT_EQ(vw_mark_sent(initiator.get(), size + 1), VW_ERROR_BAD_ARGUMENT);
  EXPECT_EQ(vw_mark_sent(initiator.get(), size), VW_OK);
}

TEST(CTransport, TakesNothingWhileAnEventWaits) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, nullptr);
  converse(initiator, responder);
  EXPECT_EQ(initiator.push("ping", "one"), VW_OK);
  EXPECT_EQ(initiator.push("ping", "two"), VW_OK);
  const std::string bytes = initiator.take_bytes();
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const std::size_t taken = vw_feed(responder.get(), 0, data, bytes.size());
  EXPECT_LT(taken, bytes.size());
  EXPECT_EQ(vw_feed(responder.get(), 0, data + taken, bytes.size() - taken), 0U);
  EXPECT_TRUE(responder.poll());
  EXPECT_EQ(vw_feed(responder.get(), 0, data + taken, bytes.size() - taken), bytes.size() - taken);
}

// -- What is refused ------------------------------------------------------------------------------

TEST(CTransport, RefusesNamesThatAreNone) {
  CEnd end(VW_V2_INITIATOR, nullptr);
  EXPECT_EQ(end.push("", ""), VW_ERROR_BAD_NAME);
  EXPECT_EQ(end.push("thirteencharsX", ""), VW_ERROR_BAD_NAME);
  EXPECT_EQ(end.push("tab\t", ""), VW_ERROR_BAD_NAME);
  EXPECT_EQ(end.push("twelve_chars", ""), VW_OK);
}

TEST(CTransport, RefusesTheShortIdThatIsNone) {
  CEnd end(VW_V2_INITIATOR, nullptr);
  EXPECT_EQ(vw_push_short_id(end.get(), 0, 0, nullptr, 0), VW_ERROR_BAD_ARGUMENT);
}

TEST(CTransport, RefusesAPayloadThatNoPeerWouldAccept) {
  CEnd end(VW_V2_INITIATOR, nullptr);
  EXPECT_EQ(end.push("block", std::string(VW_MAX_CONTENTS_BYTES, 'x')), VW_ERROR_PAYLOAD_TOO_LONG);
}

TEST(CTransport, RefusesMoreThanTheQueueHolds) {
  CEnd end(VW_V2_INITIATOR, nullptr);
  for (int i = 0; i < VW_MAX_QUEUED_BEFORE_HANDSHAKE; ++i) ASSERT_EQ(end.push("ping", ""), VW_OK);
  EXPECT_EQ(end.push("ping", ""), VW_ERROR_QUEUE_FULL);
}

TEST(CTransport, Version1CarriesNeitherDecoysNorBareIds) {
  CEnd end(VW_V1_INITIATOR, nullptr);
  EXPECT_EQ(vw_push_decoy(end.get(), 0, nullptr, 0), VW_ERROR_NOT_EXPRESSIBLE);
  EXPECT_EQ(vw_push_short_id(end.get(), 0, 200, nullptr, 0), VW_ERROR_NOT_EXPRESSIBLE);
}

TEST(CTransport, RefusesAKindThatIsNone) {
  vw_transport* made = reinterpret_cast<vw_transport*>(&made);
  EXPECT_EQ(vw_transport_new(0, nullptr, 0, &made), VW_ERROR_BAD_ARGUMENT);
  EXPECT_EQ(made, nullptr);
  EXPECT_EQ(vw_transport_new(6, nullptr, 0, &made), VW_ERROR_BAD_ARGUMENT);
}

// -- Faults ---------------------------------------------------------------------------------------

TEST(CTransport, AFaultIsStickyAndLeavesNothingToSend) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, nullptr);
  converse(initiator, responder);
  EXPECT_EQ(responder.push("ping", "12345678"), VW_OK);
  std::size_t offered = 0;
  ASSERT_NE(vw_bytes_to_send(responder.get(), &offered), nullptr);

  EXPECT_EQ(initiator.push("ping", "12345678"), VW_OK);
  std::string bytes = initiator.take_bytes();
  bytes.back() ^= 1;
  responder.feed(bytes);

  EXPECT_EQ(responder.fault(), VW_RULE_AUTHENTICATION_FAILED);
  EXPECT_EQ(vw_mark_sent(responder.get(), offered), VW_OK);
  std::size_t size = 1;
  EXPECT_EQ(vw_bytes_to_send(responder.get(), &size), nullptr);
  EXPECT_EQ(size, 0U);
  EXPECT_EQ(responder.push("ping", ""), VW_ERROR_FAULTED);
  EXPECT_EQ(vw_push_decoy(responder.get(), 0, nullptr, 0), VW_ERROR_FAULTED);
  EXPECT_EQ(responder.feed("more"), 0U);
  EXPECT_EQ(responder.fault(), VW_RULE_AUTHENTICATION_FAILED);
}

TEST(CTransport, AHandshakeThatTakesTooLongIsAFault) {
  CEnd end(VW_V2_INITIATOR, nullptr, kSecond);
  ASSERT_EQ(vw_next_deadline(end.get()), 61 * kSecond);
  vw_on_deadline(end.get(), 61 * kSecond - 1);
  EXPECT_EQ(end.fault(), VW_RULE_NONE);
  vw_on_deadline(end.get(), 61 * kSecond);
  EXPECT_EQ(end.fault(), VW_RULE_HANDSHAKE_TIMEOUT);
  EXPECT_EQ(vw_next_deadline(end.get()), VW_NEVER);
}

TEST(CTransport, AChildOfItsProcessIsRefused) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, nullptr);
  converse(initiator, responder);
  ASSERT_EQ(initiator.push("ping", "12345678"), VW_OK);

  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const bool refused = initiator.fault() == VW_RULE_USED_AFTER_FORK &&
                         initiator.push("ping", "") == VW_ERROR_FAULTED &&
                         initiator.take_bytes().empty() && initiator.feed("more") == 0 &&
                         vw_mark_sent(initiator.get(), 0) == VW_OK;
    _exit(refused ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);

  converse(initiator, responder);
  EXPECT_EQ(responder.events().back().payload, "12345678");
  EXPECT_EQ(initiator.fault(), VW_RULE_NONE);
}

TEST(CTransport, AnExceptionStopsTheTransportAndDoesNotPass) {
  vw_config config = default_config();
  config.key_log = [](void*, const vw_key_log_entry*) { throw std::runtime_error("not allowed"); };
  CEnd responder(VW_RESPONDER, &config);
  responder.feed(CEnd(VW_V2_INITIATOR, nullptr).take_bytes());
  EXPECT_EQ(responder.fault(), VW_RULE_OUT_OF_MEMORY);
  EXPECT_EQ(responder.take_bytes(), "");
  EXPECT_EQ(responder.feed("more"), 0U);
  EXPECT_EQ(responder.push("ping", ""), VW_ERROR_FAULTED);
  EXPECT_EQ(vw_push_decoy(responder.get(), 0, nullptr, 0), VW_ERROR_FAULTED);
  EXPECT_EQ(vw_mark_sent(responder.get(), 1), VW_OK);
  EXPECT_FALSE(responder.poll());
  vw_on_deadline(responder.get(), 61 * kSecond);
  EXPECT_EQ(responder.fault(), VW_RULE_OUT_OF_MEMORY);
  EXPECT_EQ(vw_next_deadline(responder.get()), VW_NEVER);
  EXPECT_FALSE(vw_reading_paused(responder.get()));
  EXPECT_EQ(responder.info().role, VW_ROLE_RESPONDER);
}

TEST(CTransport, IdleHoldsAtMost2KiB) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, nullptr);
  EXPECT_EQ(initiator.push("version", std::string(100, 'v')), VW_OK);
  converse(initiator, responder);
  for (const CEnd* end : {&initiator, &responder}) {
    for (std::int64_t at; (at = vw_next_deadline(end->get())) <= 10 * kSecond;) {
      vw_on_deadline(end->get(), at);
    }
    EXPECT_LE(end->info().memory_bytes, 2048U);
  }
}

TEST(CTransport, PausesReadingWhereDecoysPassTheirBudget) {
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, nullptr);
  converse(initiator, responder);
  const std::vector<std::uint8_t> contents(900'000);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(vw_push_decoy(initiator.get(), 0, contents.data(), contents.size()), VW_OK);
    responder.feed(initiator.take_bytes());
  }
  ASSERT_TRUE(vw_reading_paused(responder.get()));
  EXPECT_EQ(responder.info().decoy_pauses, 1U);
  const std::int64_t deadline = vw_next_deadline(responder.get());
  ASSERT_NE(deadline, VW_NEVER);
  vw_on_deadline(responder.get(), deadline);
  EXPECT_FALSE(vw_reading_paused(responder.get()));
}

}  // namespace
}  // namespace veilwire::capi

#include "veilwire/capi/config.h"

#include <gtest/gtest.h>

#include <numeric>

#include "veilwire/base/hex.h"
#include "veilwire/capi/c_pair.h"

namespace veilwire::capi {
namespace {

// -- Callbacks of an embedder ---------------------------------------------------------------------

// Counts up: every byte that a transport draws is then known.
struct CountingEntropy {
  std::uint8_t next = 1;
  std::size_t drawn = 0;
  std::int32_t result = 0;
};

std::int32_t draw_counting(void* context, std::uint8_t* out, std::size_t size) {
  auto& entropy = *static_cast<CountingEntropy*>(context);
  for (std::size_t i = 0; i < size; ++i) out[i] = entropy.next++;
  entropy.drawn += size;
  return entropy.result;
}

struct ChosenGarbage {
  std::size_t size;
  std::int32_t result = 0;
  std::size_t offered = SIZE_MAX;
};

std::int32_t choose_garbage(void* context, std::uint8_t* out, std::size_t* size) {
  auto& chosen = *static_cast<ChosenGarbage*>(context);
  chosen.offered = *size;
  *size = chosen.size;
  std::memset(out, 0x47, std::min<std::size_t>(chosen.size, VW_MAX_GARBAGE_BYTES));
  return chosen.result;
}

struct KeyLogged {
  int calls = 0;
  std::uint32_t struct_size = 0;
  std::string line;
  std::string from_fields;
};

void log_keys(void* context, const vw_key_log_entry* entry) {
  auto& logged = *static_cast<KeyLogged*>(context);
  ++logged.calls;
  logged.struct_size = entry->struct_size;
  logged.line = entry->line;
  logged.from_fields = "BIP324_SHARED_SECRET " + to_hex({entry->magic, 4}) + " " +
                       to_hex({entry->initiator_ellswift, VW_ELLSWIFT_BYTES}) + " " +
                       to_hex({entry->responder_ellswift, VW_ELLSWIFT_BYTES}) + " " +
                       to_hex({entry->shared_secret, 32});
}

const std::uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string hex_of(const std::string& text) { return to_hex({bytes_of(text), text.size()}); }

vw_error refused(const vw_config& config) { return CEnd(VW_V2_INITIATOR, &config).error(); }

// -- Each field -----------------------------------------------------------------------------------

TEST(CConfig, MagicSeparatesNetworks) {
  vw_config regtest = default_config();
  constexpr std::uint8_t kRegtest[] = {0xfa, 0xbf, 0xb5, 0xda};
  std::copy_n(kRegtest, 4, regtest.magic);
  CEnd initiator(VW_V1_INITIATOR, &regtest);
  CEnd responder(VW_RESPONDER, nullptr);
  ASSERT_EQ(initiator.push("version", ""), VW_OK);
  const std::string bytes = initiator.take_bytes();
  EXPECT_EQ(hex_of(bytes.substr(0, 4)), "fabfb5da");
  responder.feed(bytes);
  EXPECT_EQ(responder.fault(), VW_RULE_V1_OTHER_NETWORK);
  CEnd same_network(VW_RESPONDER, &regtest);
  same_network.feed(bytes);
  EXPECT_EQ(same_network.fault(), VW_RULE_NONE);
}

TEST(CConfig, FourZerosAreTheMainNetwork) {
  const vw_config config = default_config();
  CEnd end(VW_V1_INITIATOR, &config);
  ASSERT_EQ(end.push("ping", ""), VW_OK);
  EXPECT_EQ(hex_of(end.take_bytes().substr(0, 4)), "f9beb4d9");
}

TEST(CConfig, AResponderMayRefuseVersion1) {
  vw_config config = default_config();
  config.v1_policy = VW_V1_REFUSE;
  CEnd initiator(VW_V1_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, &config);
  ASSERT_EQ(initiator.push("version", ""), VW_OK);
  responder.feed(initiator.take_bytes());
  EXPECT_EQ(responder.fault(), VW_RULE_V1_REFUSED);
}

TEST(CConfig, HandshakeTimeoutIsTheCallers) {
  vw_config config = default_config();
  config.handshake_timeout_ns = 3 * kSecond;
  CEnd end(VW_V2_INITIATOR, &config, kSecond);
  EXPECT_EQ(vw_next_deadline(end.get()), 4 * kSecond);
}

TEST(CConfig, GivenGarbageFollowsTheKey) {
  vw_config config = default_config();
  const std::string garbage = "not very random";
  config.garbage = bytes_of(garbage);
  config.garbage_size = garbage.size();
  CEnd end(VW_V2_INITIATOR, &config);
  EXPECT_EQ(end.take_bytes().substr(VW_ELLSWIFT_BYTES), garbage);
}

TEST(CConfig, GivenGarbageMayBeNone) {
  vw_config config = default_config();
  config.garbage = config.magic;
  CEnd end(VW_V2_INITIATOR, &config);
  EXPECT_EQ(end.take_bytes().size(), std::size_t{VW_ELLSWIFT_BYTES});
}

TEST(CConfig, GarbageOver4095BytesIsTheCallersFault) {
  vw_config config = default_config();
  const std::string garbage(VW_MAX_GARBAGE_BYTES + 1, 'x');
  config.garbage = bytes_of(garbage);
  config.garbage_size = garbage.size();
  CEnd end(VW_V2_INITIATOR, &config);
  EXPECT_EQ(end.fault(), VW_RULE_BAD_CONFIGURATION);
}

TEST(CConfig, GarbageMayBeChosenForEachConnection) {
  vw_config config = default_config();
  ChosenGarbage chosen{.size = 5};
  config.garbage_policy = choose_garbage;
  config.garbage_context = &chosen;
  CEnd end(VW_V2_INITIATOR, &config);
  EXPECT_EQ(end.take_bytes().substr(VW_ELLSWIFT_BYTES), "GGGGG");
  EXPECT_LE(chosen.offered, std::size_t{VW_MAX_GARBAGE_BYTES});
}

TEST(CConfig, ChosenGarbageOver4095BytesIsTheCallersFault) {
  vw_config config = default_config();
  ChosenGarbage chosen{.size = SIZE_MAX};
  config.garbage_policy = choose_garbage;
  config.garbage_context = &chosen;
  EXPECT_EQ(CEnd(VW_V2_INITIATOR, &config).fault(), VW_RULE_BAD_CONFIGURATION);
}

TEST(CConfig, AGarbagePolicyThatFailsStopsTheHandshake) {
  vw_config config = default_config();
  ChosenGarbage chosen{.size = 5, .result = -1};
  config.garbage_policy = choose_garbage;
  config.garbage_context = &chosen;
  CEnd end(VW_V2_INITIATOR, &config);
  EXPECT_EQ(end.fault(), VW_RULE_ENTROPY_FAILED);
  EXPECT_EQ(end.take_bytes(), "");
}

TEST(CConfig, EntropyComesFromTheCaller) {
  vw_config config = default_config();
  config.entropy = draw_counting;
  CountingEntropy first, second;
  config.entropy_context = &first;
  CEnd a(VW_V2_INITIATOR, &config);
  config.entropy_context = &second;
  CEnd b(VW_V2_INITIATOR, &config);
  EXPECT_GT(first.drawn, 0U);
  const std::string bytes = a.take_bytes();
  EXPECT_GE(bytes.size(), std::size_t{VW_ELLSWIFT_BYTES});
  EXPECT_EQ(bytes, b.take_bytes());
}

TEST(CConfig, EntropyThatFailsNeverYieldsAKey) {
  vw_config config = default_config();
  CountingEntropy entropy{.result = 1};
  config.entropy = draw_counting;
  config.entropy_context = &entropy;
  CEnd initiator(VW_V2_INITIATOR, &config);
  EXPECT_EQ(initiator.fault(), VW_RULE_ENTROPY_FAILED);
  EXPECT_EQ(vw_rule_blame(initiator.fault()), VW_BLAME_SYSTEM);
  EXPECT_EQ(initiator.take_bytes(), "");

  CEnd responder(VW_RESPONDER, &config);
  EXPECT_EQ(responder.fault(), VW_RULE_NONE);
  responder.feed(CEnd(VW_V2_INITIATOR, nullptr).take_bytes());
  EXPECT_EQ(responder.fault(), VW_RULE_ENTROPY_FAILED);
  EXPECT_EQ(responder.take_bytes(), "");
}

TEST(CConfig, VersionContentsReachThePeer) {
  vw_config config = default_config();
  const std::string contents = "extension";
  config.version_contents = bytes_of(contents);
  config.version_contents_size = contents.size();
  CEnd initiator(VW_V2_INITIATOR, &config);
  CEnd responder(VW_RESPONDER, nullptr);
  converse(initiator, responder);
  ASSERT_EQ(responder.events().size(), 1U);
  EXPECT_EQ(responder.events()[0].payload, contents);
  ASSERT_EQ(initiator.events().size(), 1U);
  EXPECT_EQ(initiator.events()[0].payload, "");
}

TEST(CConfig, EarlyDecoysAreSentAndDropped) {
  vw_config config = default_config();
  const std::string long_one(30, 'd');
  const std::uint8_t* const decoys[] = {bytes_of(long_one), nullptr};
  const std::size_t sizes[] = {long_one.size(), 0};
  config.early_decoys = decoys;
  config.early_decoy_sizes = sizes;
  config.early_decoy_count = 2;
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, &config);
  converse(initiator, responder);
  EXPECT_EQ(initiator.info().received_decoys, 2U);
  EXPECT_EQ(initiator.info().received_decoy_bytes, 20U + 30U + 20U);
  EXPECT_EQ(initiator.events().size(), 1U);
}

TEST(CConfig, DecoyLimitMayBeAFault) {
  vw_config config = default_config();
  config.decoy_limit = VW_DECOY_LIMIT_FAULT;
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, &config);
  converse(initiator, responder);
  const std::vector<std::uint8_t> contents(900'000);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(vw_push_decoy(initiator.get(), 0, contents.data(), contents.size()), VW_OK);
    responder.feed(initiator.take_bytes());
  }
  EXPECT_EQ(responder.fault(), VW_RULE_TOO_MANY_DECOYS);
}

TEST(CConfig, DecoyLimitMayBeOff) {
  vw_config config = default_config();
  config.decoy_limit = VW_DECOY_LIMIT_OFF;
  CEnd initiator(VW_V2_INITIATOR, nullptr);
  CEnd responder(VW_RESPONDER, &config);
  converse(initiator, responder);
  const std::vector<std::uint8_t> contents(900'000);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(vw_push_decoy(initiator.get(), 0, contents.data(), contents.size()), VW_OK);
    responder.feed(initiator.take_bytes());
  }
  EXPECT_EQ(responder.fault(), VW_RULE_NONE);
  EXPECT_FALSE(vw_reading_paused(responder.get()));
  EXPECT_EQ(responder.info().received_decoys, 10U);
}

TEST(CConfig, BothEndsLogTheSameKeys) {
  vw_config config = default_config();
  config.key_log = log_keys;
  KeyLogged of_initiator, of_responder;
  config.key_log_context = &of_initiator;
  CEnd initiator(VW_V2_INITIATOR, &config);
  config.key_log_context = &of_responder;
  CEnd responder(VW_RESPONDER, &config);
  converse(initiator, responder);

  EXPECT_EQ(of_initiator.calls, 1);
  EXPECT_EQ(of_responder.calls, 1);
  EXPECT_EQ(of_initiator.struct_size, sizeof(vw_key_log_entry));
  EXPECT_EQ(of_initiator.line, of_initiator.from_fields);
  EXPECT_EQ(of_initiator.line, of_responder.line);
  EXPECT_TRUE(of_initiator.line.starts_with("BIP324_SHARED_SECRET f9beb4d9 "));
}

TEST(CConfig, AHandshakeThatFailsAfterItsKeysIsLogged) {
  vw_config config = default_config();
  config.key_log = log_keys;
  KeyLogged logged;
  config.key_log_context = &logged;
  CEnd responder(VW_RESPONDER, &config);
  responder.feed(std::string(VW_ELLSWIFT_BYTES + VW_MAX_GARBAGE_BYTES + 16, 'x'));
  EXPECT_EQ(responder.fault(), VW_RULE_GARBAGE_TOO_LONG);
  EXPECT_EQ(logged.calls, 1);
}

// -- Keys -----------------------------------------------------------------------------------------

TEST(CConfig, GivenKeyIsTheOneOnTheWire) {
  const std::string secret(32, '\x11');
  const std::string auxrnd(32, '\x22');
  std::uint8_t ellswift[VW_ELLSWIFT_BYTES];
  ASSERT_EQ(vw_ellswift_create(bytes_of(secret), bytes_of(auxrnd), ellswift), VW_OK);
  vw_config config = default_config();
  config.secret_key = bytes_of(secret);
  config.ellswift = ellswift;
  CEnd initiator(VW_V2_INITIATOR, &config);
  CEnd responder(VW_RESPONDER, nullptr);
  const std::string bytes = initiator.take_bytes();
  EXPECT_EQ(hex_of(bytes.substr(0, VW_ELLSWIFT_BYTES)), to_hex(ellswift));
  responder.feed(bytes);
  converse(initiator, responder);
  EXPECT_EQ(initiator.info().has_session_id, 1U);
}

TEST(CConfig, AGivenKeyThatIsNoneIsTheCallersFault) {
  const std::string zero(VW_ELLSWIFT_BYTES, '\0');
  vw_config config = default_config();
  config.secret_key = bytes_of(zero);
  config.ellswift = bytes_of(zero);
  CEnd initiator(VW_V2_INITIATOR, &config);
  initiator.feed(CEnd(VW_V2_INITIATOR, nullptr).take_bytes());
  EXPECT_EQ(initiator.fault(), VW_RULE_BAD_CONFIGURATION);
  EXPECT_EQ(vw_rule_blame(initiator.fault()), VW_BLAME_CALLER);
}

TEST(CConfig, AKeyPoolServesManyHandshakes) {
  vw_key_pool* pool = nullptr;
  ASSERT_EQ(vw_key_pool_new(2, nullptr, nullptr, &pool), VW_OK);
  EXPECT_EQ(vw_key_pool_refill(pool, 10), 2U);
  vw_config config = default_config();
  config.key_pool = pool;
  for (int i = 0; i < 3; ++i) {
    CEnd initiator(VW_V2_INITIATOR, nullptr);
    CEnd responder(VW_RESPONDER, &config);
    converse(initiator, responder);
    EXPECT_EQ(responder.info().has_session_id, 1U);
  }
  EXPECT_EQ(vw_key_pool_size(pool), 0U);
  vw_key_pool_free(pool);
}

TEST(CConfig, AResponderTakesNoKeyBeforeTheByteThatDecides) {
  vw_key_pool* pool = nullptr;
  ASSERT_EQ(vw_key_pool_new(1, nullptr, nullptr, &pool), VW_OK);
  ASSERT_EQ(vw_key_pool_refill(pool, 1), 1U);
  vw_config config = default_config();
  config.key_pool = pool;
  {
    CEnd v1_initiator(VW_V1_INITIATOR, nullptr);
    CEnd responder(VW_RESPONDER, &config);
    ASSERT_EQ(v1_initiator.push("version", ""), VW_OK);
    converse(v1_initiator, responder);
    EXPECT_EQ(responder.info().version, VW_VERSION_V1);
  }
  EXPECT_EQ(vw_key_pool_size(pool), 1U);
  vw_key_pool_free(pool);
}

TEST(CKeyPool, StopsWhereTheEntropyFails) {
  CountingEntropy entropy{.result = 1};
  vw_key_pool* pool = nullptr;
  ASSERT_EQ(vw_key_pool_new(4, draw_counting, &entropy, &pool), VW_OK);
  EXPECT_EQ(vw_key_pool_refill(pool, 4), 0U);
  EXPECT_EQ(vw_key_pool_size(pool), 0U);
  vw_key_pool_free(pool);
}

TEST(CKeyPool, RefusesACapacityThatNoMemoryHolds) {
  vw_key_pool* pool = nullptr;
  EXPECT_EQ(vw_key_pool_new(SIZE_MAX, nullptr, nullptr, &pool), VW_ERROR_OUT_OF_MEMORY);
  EXPECT_EQ(pool, nullptr);
  EXPECT_EQ(vw_key_pool_new(1, nullptr, nullptr, nullptr), VW_ERROR_BAD_ARGUMENT);
}

TEST(CEllSwift, RefusesAKeyThatIsNone) {
  const std::string zero(32, '\0');
  const std::string too_large(32, '\xff');
  std::uint8_t ellswift[VW_ELLSWIFT_BYTES];
  EXPECT_EQ(vw_ellswift_create(bytes_of(zero), bytes_of(zero), ellswift), VW_ERROR_BAD_KEY);
  EXPECT_EQ(vw_ellswift_create(bytes_of(too_large), bytes_of(zero), ellswift), VW_ERROR_BAD_KEY);
  EXPECT_EQ(vw_ellswift_create(nullptr, bytes_of(zero), ellswift), VW_ERROR_BAD_ARGUMENT);
}

TEST(CSignetMagic, IsDerivedFromTheChallenge) {
  // The default signet's: 1-of-2 multisig.
  const Bytes challenge = *from_hex(
      "512103ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be430210359ef5021964f"
      "e22d6f8e05b2463c9540ce96883fe3b278760f048f5189f2e6c452ae");
  std::uint8_t magic[4];
  ASSERT_EQ(vw_signet_magic(challenge.data(), challenge.size(), magic), VW_OK);
  EXPECT_EQ(to_hex(magic), "0a03cf40");
  EXPECT_EQ(vw_signet_magic(nullptr, 1, magic), VW_ERROR_BAD_ARGUMENT);
  EXPECT_EQ(vw_signet_magic(challenge.data(), 1, nullptr), VW_ERROR_BAD_ARGUMENT);
}

// -- What a configuration may not say -------------------------------------------------------------

TEST(CConfig, RefusesValuesOutsideTheirEnums) {
  vw_config config = default_config();
  config.decoy_limit = VW_DECOY_LIMIT_OFF + 1;
  EXPECT_EQ(refused(config), VW_ERROR_BAD_ARGUMENT);
  config = default_config();
  config.decoy_limit = -1;
  EXPECT_EQ(refused(config), VW_ERROR_BAD_ARGUMENT);
  config = default_config();
  config.v1_policy = VW_V1_REFUSE + 1;
  EXPECT_EQ(refused(config), VW_ERROR_BAD_ARGUMENT);
}

TEST(CConfig, RefusesTimesThatCannotBeAdded) {
  vw_config config = default_config();
  config.handshake_timeout_ns = -1;
  EXPECT_EQ(refused(config), VW_ERROR_BAD_ARGUMENT);
  config.handshake_timeout_ns = std::int64_t{1} << 62;
  EXPECT_EQ(refused(config), VW_ERROR_BAD_ARGUMENT);
}

TEST(CConfig, RefusesSizesWithoutBytes) {
  vw_config config = default_config();
  config.garbage_size = 1;
  EXPECT_EQ(refused(config), VW_ERROR_BAD_ARGUMENT);
  config = default_config();
  config.version_contents_size = 1;
  EXPECT_EQ(refused(config), VW_ERROR_BAD_ARGUMENT);
  config = default_config();
  config.early_decoy_count = 1;
  EXPECT_EQ(refused(config), VW_ERROR_BAD_ARGUMENT);
  const std::uint8_t* const decoys[] = {nullptr};
  const std::size_t sizes[] = {1};
  config.early_decoys = decoys;
  config.early_decoy_sizes = sizes;
  EXPECT_EQ(refused(config), VW_ERROR_BAD_ARGUMENT);
}

TEST(CConfig, RefusesContentsThatNoPeerWouldAccept) {
  vw_config config = default_config();
  const std::uint8_t* const decoys[] = {config.magic};
  const std::size_t sizes[] = {VW_MAX_CONTENTS_BYTES + 1};
  config.early_decoys = decoys;
  config.early_decoy_sizes = sizes;
  config.early_decoy_count = 1;
  EXPECT_EQ(refused(config), VW_ERROR_PAYLOAD_TOO_LONG);
  config = default_config();
  config.version_contents = config.magic;
  config.version_contents_size = VW_MAX_CONTENTS_BYTES + 1;
  EXPECT_EQ(refused(config), VW_ERROR_PAYLOAD_TOO_LONG);
}

TEST(CConfig, RefusesHalfAKey) {
  vw_config config = default_config();
  config.secret_key = config.magic;
  EXPECT_EQ(refused(config), VW_ERROR_BAD_ARGUMENT);
}

}  // namespace
}  // namespace veilwire::capi

#include "veilwire/proxy/carriage/policy_gate.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include "veilwire/host/testing/other_database_user.h"
#include "veilwire/net/runtime.h"
#include "veilwire/proxy/testing/proxy_test.h"
#include "veilwire/wire/inventory.h"

namespace veilwire::proxy::testing {
namespace {

using transport::Version;
using transport::VersionReason;

const Endpoint kPeer{"198.51.100.7", 8333};
const std::string kKey = "198.51.100.7:8333";

class PolicyGateTest : public ::testing::Test {
 protected:
  PolicyGateTest() {
    path_ = ::testing::TempDir() + "policy_gate_" + std::to_string(::getpid()) + ".sqlite";
    std::filesystem::remove(path_);
    auto opened = DowngradeMemory::open(path_, net::unix_time());
    EXPECT_TRUE(opened) << opened.error();
    memory_ = std::move(*opened);
    service_.downgrades = memory_.get();
    observer_.on(Accepted{1, Direction::kOutbound});
  }
  ~PolicyGateTest() override { std::filesystem::remove(path_); }

  static RelayFacts facts(Version version, VersionReason reason,
                          Policy policy = Policy::kPreferV2) {
    return {.number = 1, .peer = kPeer, .version = version, .reason = reason, .policy = policy};
  }
  PolicyGate gate_of(RelayFacts facts) { return {service_, std::move(facts)}; }

  static Ruling judge(PolicyGate& gate, Side from, std::string_view name, ByteView payload = {}) {
    return gate.judge(from, {type_named(name), payload});
  }
  static bool passes(PolicyGate& gate, Side from, std::string_view name, ByteView payload = {}) {
    return std::holds_alternative<Pass>(judge(gate, from, name, payload));
  }
  static std::string drop_reason(const Ruling& ruling) {
    const auto* drop = std::get_if<Drop>(&ruling);
    return drop == nullptr ? "" : std::string(drop->reason);
  }
  static wire::Version rewritten_version(const Ruling& ruling) {
    const auto* replaced = std::get_if<Replace>(&ruling);
    EXPECT_NE(replaced, nullptr);
    return wire::parse<wire::Version>(replaced->payload).value();
  }
  bool recently_v1() { return service_.recent_v1.contains(net::now(), kPeer); }

  net::Runtime runtime_;
  net::testing::FreshKeys keys_;
  crypto::SystemEntropy entropy_;
  RecordingObserver observer_;
  Service service_{.runtime = runtime_, .keys = keys_, .entropy = entropy_, .observer = observer_};
  std::string path_;
  std::unique_ptr<DowngradeMemory> memory_;
};

// -- What passes ----------------------------------------------------------------------------------

TEST_F(PolicyGateTest, FiltersTransactionsOnVersion1UnderBlocksOnly) {
  PolicyGate gate =
      gate_of(facts(Version::kV1, VersionReason::kV1PeerEnded, Policy::kV1BlocksOnly));
  for (const Side from : {Side::kProgram, Side::kPeer}) {
    EXPECT_EQ(drop_reason(judge(gate, from, "tx", filled(60))), "transaction");
    EXPECT_EQ(drop_reason(judge(gate, from, "mempool")), "mempool");
    EXPECT_TRUE(passes(gate, from, "headers", filled(1, 0)));
    EXPECT_EQ(rewritten_version(judge(gate, from, "version", version_payload())).relay, 0);
  }
}

TEST_F(PolicyGateTest, CountsTheInventoryEntriesThatItRemoves) {
  const wire::InventoryEntry tx{wire::InventoryType::kTx, {}};
  const wire::InventoryEntry block{wire::InventoryType::kBlock, {}};
  const auto inventory = [](const std::vector<wire::InventoryEntry>& entries) {
    const Bytes packed = wire::pack<wire::InventoryEntry>(entries);
    return wire::serialize(wire::Inv{wire::InventoryList(packed)});
  };
  PolicyGate gate =
      gate_of(facts(Version::kV1, VersionReason::kV1PeerEnded, Policy::kV1BlocksOnly));
  EXPECT_TRUE(
      std::holds_alternative<Replace>(judge(gate, Side::kPeer, "inv", inventory({tx, block, tx}))));
  EXPECT_EQ(drop_reason(judge(gate, Side::kPeer, "inv", inventory({tx}))), "inventory");
  EXPECT_EQ(observer_.removed[Side::kPeer], 3U);
  EXPECT_EQ(observer_.removed[Side::kProgram], 0U);
}

TEST_F(PolicyGateTest, FiltersNothingOnVersion2NorUnderOtherPolicies) {
  PolicyGate encrypted = gate_of(facts(Version::kV2, VersionReason::kV2, Policy::kV1BlocksOnly));
  PolicyGate clear = gate_of(facts(Version::kV1, VersionReason::kV1PeerEnded));
  for (PolicyGate* gate : {&encrypted, &clear}) {
    EXPECT_TRUE(passes(*gate, Side::kProgram, "tx", filled(60)));
    EXPECT_TRUE(passes(*gate, Side::kPeer, "version", version_payload()));
  }
}

TEST_F(PolicyGateTest, IntroducesTheEndsToEachOther) {
  service_.config.external = wire::NetEndpoint::of_node({"203.0.113.5", 8333});
  auto with = facts(Version::kV2, VersionReason::kV2);
  with.peer_address = wire::NetEndpoint::of_socket(kPeer);
  PolicyGate gate = gate_of(with);
  const wire::Version out =
      rewritten_version(judge(gate, Side::kProgram, "version", version_payload()));
  EXPECT_TRUE(out.services & protocol::kNodeP2pV2);
  EXPECT_EQ(out.addr_recv.port, kPeer.port);
  const wire::Version in =
      rewritten_version(judge(gate, Side::kPeer, "version", version_payload()));
  EXPECT_FALSE(in.services & protocol::kNodeP2pV2);
  EXPECT_EQ(in.addr_from.port, kPeer.port);
}

TEST_F(PolicyGateTest, IntroducesWhatTheFilterHasRewritten) {
  service_.config.external = wire::NetEndpoint::of_node({"203.0.113.5", 8333});
  PolicyGate gate =
      gate_of(facts(Version::kV1, VersionReason::kV1PeerEnded, Policy::kV1BlocksOnly));
  const wire::Version out =
      rewritten_version(judge(gate, Side::kProgram, "version", version_payload()));
  EXPECT_EQ(out.relay, 0);
  EXPECT_TRUE(out.services & protocol::kNodeP2pV2);
}

// -- What the peer spoke --------------------------------------------------------------------------

TEST_F(PolicyGateTest, RemembersVersion1OnceThePeerHasSpoken) {
  PolicyGate gate = gate_of(facts(Version::kV1, VersionReason::kV1PeerEnded));
  EXPECT_TRUE(passes(gate, Side::kProgram, "version", version_payload()));
  EXPECT_FALSE(recently_v1());
  EXPECT_TRUE(passes(gate, Side::kPeer, "version", version_payload()));
  EXPECT_TRUE(recently_v1());
}

TEST_F(PolicyGateTest, TakesNothingButAVersionForAnAnswer) {
  memory_->saw_v2(net::unix_time(), kKey);
  PolicyGate clear = gate_of(facts(Version::kV1, VersionReason::kV1PeerEnded));
  EXPECT_TRUE(passes(clear, Side::kPeer, "ping", filled(8)));
  EXPECT_FALSE(recently_v1());
  EXPECT_FALSE(observer_.last().downgrade);
  EXPECT_TRUE(passes(clear, Side::kPeer, "version", version_payload()));
  EXPECT_EQ(observer_.last().downgrade, OnDowngrade::kWarn);
  service_.recent_v1.remember(net::now(), kPeer);
  PolicyGate encrypted = gate_of(facts(Version::kV2, VersionReason::kV2));
  EXPECT_TRUE(passes(encrypted, Side::kPeer, "ping", filled(8)));
  EXPECT_TRUE(recently_v1());
}

TEST_F(PolicyGateTest, RemembersNoVersion1ThatWasAskedFor) {
  PolicyGate gate = gate_of(facts(Version::kV1, VersionReason::kV1ByPolicy, Policy::kV1Only));
  EXPECT_TRUE(passes(gate, Side::kPeer, "version", version_payload()));
  EXPECT_FALSE(recently_v1());
}

TEST_F(PolicyGateTest, RemembersVersion2AndForgetsVersion1) {
  service_.recent_v1.remember(net::now(), kPeer);
  PolicyGate gate = gate_of(facts(Version::kV2, VersionReason::kV2));
  EXPECT_TRUE(passes(gate, Side::kProgram, "version", version_payload()));
  EXPECT_EQ(memory_->once_spoke_v2(net::unix_time(), kKey), SpokeV2::kNo);
  EXPECT_TRUE(passes(gate, Side::kPeer, "version", version_payload()));
  EXPECT_EQ(memory_->once_spoke_v2(net::unix_time(), kKey), SpokeV2::kYes);
  EXPECT_FALSE(recently_v1());
}

TEST_F(PolicyGateTest, RemembersNothingOfInboundPeers) {
  auto inbound = facts(Version::kV2, VersionReason::kV2);
  inbound.direction = Direction::kInbound;
  PolicyGate gate = gate_of(inbound);
  EXPECT_TRUE(passes(gate, Side::kPeer, "version", version_payload()));
  EXPECT_EQ(memory_->once_spoke_v2(net::unix_time(), kKey), SpokeV2::kNo);
}

TEST_F(PolicyGateTest, WarnsOfADowngradeOnceThePeerHasSpoken) {
  memory_->saw_v2(net::unix_time(), kKey);
  PolicyGate gate = gate_of(facts(Version::kV1, VersionReason::kV1PeerEnded));
  EXPECT_TRUE(passes(gate, Side::kProgram, "version", version_payload()));
  EXPECT_FALSE(observer_.last().downgrade);
  EXPECT_TRUE(passes(gate, Side::kPeer, "version", version_payload()));
  EXPECT_EQ(observer_.last().downgrade, OnDowngrade::kWarn);
  EXPECT_FALSE(observer_.last().refusal);
}

// Who cuts one attempt of version 2 has one connection in the clear for it, not ten minutes.
TEST_F(PolicyGateTest, RemembersNoVersion1OfAPeerThatOnceSpokeVersion2) {
  memory_->saw_v2(net::unix_time(), kKey);
  service_.recent_v1.remember(net::now(), kPeer);
  PolicyGate gate = gate_of(facts(Version::kV1, VersionReason::kV1PeerEnded));
  EXPECT_TRUE(passes(gate, Side::kPeer, "version", version_payload()));
  EXPECT_FALSE(recently_v1());
}

TEST_F(PolicyGateTest, TakesAMemoryThatCannotBeReadForADoubt) {
  host::testing::OtherDatabaseUser other(path_);
  other.run("BEGIN EXCLUSIVE");
  const auto clear = facts(Version::kV1, VersionReason::kV1PeerEnded);
  PolicyGate warns = gate_of(clear);
  EXPECT_TRUE(passes(warns, Side::kPeer, "version", version_payload()));
  EXPECT_FALSE(recently_v1());
  service_.config.on_downgrade = OnDowngrade::kRefuse;
  PolicyGate refuses = gate_of(clear);
  EXPECT_EQ(drop_reason(judge(refuses, Side::kPeer, "version", version_payload())), "downgrade");
  EXPECT_EQ(observer_.last().refusal, Refusal::kVersion1Refused);
  EXPECT_FALSE(observer_.last().downgrade);
}

TEST_F(PolicyGateTest, RefusesADowngradeWhereThatIsAskedFor) {
  service_.config.on_downgrade = OnDowngrade::kRefuse;
  memory_->saw_v2(net::unix_time(), kKey);
  PolicyGate gate = gate_of(facts(Version::kV1, VersionReason::kV1PeerEnded));
  EXPECT_EQ(drop_reason(judge(gate, Side::kPeer, "version", version_payload())), "downgrade");
  EXPECT_EQ(observer_.last().downgrade, OnDowngrade::kRefuse);
  EXPECT_EQ(observer_.last().refusal, Refusal::kDowngraded);
}

TEST_F(PolicyGateTest, HasNothingToWarnOfWhereVersion1IsThePolicy) {
  memory_->saw_v2(net::unix_time(), kKey);
  PolicyGate gate = gate_of(facts(Version::kV1, VersionReason::kV1ByPolicy, Policy::kV1Only));
  EXPECT_TRUE(passes(gate, Side::kPeer, "version", version_payload()));
  EXPECT_FALSE(observer_.last().downgrade);
}

// Remembered as version 1 a moment ago, dialled without version 2: it did speak version 2 once.
TEST_F(PolicyGateTest, WarnsWhereVersion1WasRemembered) {
  memory_->saw_v2(net::unix_time(), kKey);
  PolicyGate gate = gate_of(facts(Version::kV1, VersionReason::kV1ByPolicy));
  EXPECT_TRUE(passes(gate, Side::kPeer, "version", version_payload()));
  EXPECT_EQ(observer_.last().downgrade, OnDowngrade::kWarn);
}

}  // namespace
}  // namespace veilwire::proxy::testing

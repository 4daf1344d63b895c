// Programs that leave while their target is dialled: nothing is dialled or said for them any more,
// and what was seen of the target serves the next try.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "veilwire/proxy/testing/outbound_test.h"

namespace veilwire::proxy::testing {
namespace {

using std::chrono::milliseconds;
using transport::VersionReason;

constexpr std::string_view kGone = "the program went away while its target was dialled";

class DepartedTest : public OutboundFixture {
 protected:
  enum class How : std::uint8_t { kFin, kReset };

  // Hears a version 2 key, and ends the connection when the test says so.
  Script hang_up_when_told() {
    return [this](net::Tcp::socket& socket) -> Task<void> {
      co_await read_bytes(socket, 64);
      is_heard_ = true;
      while (!hangs_up_) co_await net::testing::pause(socket, milliseconds(1));
      net::testing::reset(socket);
    };
  }
  Script stay_silent() {
    return [this](net::Tcp::socket& socket) -> Task<void> {
      co_await read_bytes(socket, 64);
      is_heard_ = true;
      co_await wait_for_end(socket);
    };
  }
  // Version 1 or 2, whichever the proxy speaks.
  Script listen() {
    return [this](net::Tcp::socket& socket) -> Task<void> {
      heard_ = co_await read_bytes(socket, 24);
      co_await wait_for_end(socket);
    };
  }
  bool is_clear() const { return std::equal(heard_.begin(), heard_.end(), version_.begin()); }

  // A program that asks for the target and says its `version`, and whose target has our key.
  RawClient dialling_program(const RawServer& server) {
    is_heard_ = false;
    RawClient client = connected_program(server.address());
    client.write(version_);
    EXPECT_TRUE(loop_.run_until([this] { return is_heard_; }));
    return client;
  }
  void expect_gone() {
    ASSERT_TRUE(run_until_ended(observer_.stories.size()));
    EXPECT_EQ(story().end, kGone);
    EXPECT_FALSE(story().refusal);
    EXPECT_FALSE(story().joined);
  }
  static void leave(RawClient& client, How how) {
    how == How::kFin ? client.close() : client.reset();
  }
  // A try whose program leaves after so long.
  void give_up_after(const RawServer& server, Duration patience) {
    RawClient client = dialling_program(server);
    loop_.run_for(patience);
    client.close();
    expect_gone();
  }
  // What the next program's target hears.
  void expect_next(const RawServer& server, bool clear) {
    heard_.clear();
    RawClient client = connected_program(server.address());
    client.write(version_);
    ASSERT_TRUE(loop_.run_until([this] { return !heard_.empty(); }));
    EXPECT_EQ(is_clear(), clear);
    client.close();
    ASSERT_TRUE(run_until_ended(observer_.stories.size()));
  }

  const Bytes version_ = v1_bytes("version", version_payload());
  bool is_heard_ = false;
  bool hangs_up_ = false;
  Bytes heard_;
};

// -- Nothing more is done for them ----------------------------------------------------------------

TEST_F(DepartedTest, NothingIsDialledForAProgramThatHasLeft) {
  for (const Policy policy : {Policy::kPreferV2, Policy::kV1BlocksOnly}) {
    for (const How how : {How::kFin, How::kReset}) {
      hangs_up_ = false;
      RawServer server(loop_, {hang_up_when_told(), listen()});
      set_policy(policy);
      if (!server_) open();
      RawClient client = dialling_program(server);
      leave(client, how);
      expect_gone();  // at once: its target has not moved
      hangs_up_ = true;
      loop_.run_a_while();
      EXPECT_EQ(server.accepted(), 1U);
    }
  }
}

TEST_F(DepartedTest, NothingIsDialledWhereProgramAndTargetEndAtOnce) {
  RawServer server(loop_, {hang_up_when_told(), listen()});
  open();
  RawClient client = dialling_program(server);
  hangs_up_ = true;
  client.close();
  expect_gone();
  loop_.run_a_while();
  EXPECT_EQ(server.accepted(), 1U);
}

// It ends behind what nobody has read.
TEST_F(DepartedTest, NothingIsDialledForAProgramThatHasSaidALotBefore) {
  RawServer server(loop_, {hang_up_when_told(), listen()});
  open();
  RawClient client = dialling_program(server);
  client.write(filled(kMaxHeldBytes + 20'000));
  client.close();
  hangs_up_ = true;
  expect_gone();
  loop_.run_a_while();
  EXPECT_EQ(server.accepted(), 1U);
}

TEST_F(DepartedTest, AProgramThatHasSaidALotFreesItsPlaceSoon) {
  RawServer server(loop_, {stay_silent(), listen()});
  open();
  RawClient client = dialling_program(server);
  client.write(filled(kMaxHeldBytes + 20'000));
  loop_.run_a_while();
  client.close();
  expect_gone();
}

TEST_F(DepartedTest, AProgramThatLeavesBeforeItsTargetIsConnectedFreesItsPlace) {
  FullServer full(loop_);
  for (const Passthrough passthrough : {Passthrough::kAllow, Passthrough::kRefuse}) {
    config().passthrough = passthrough;
    if (!server_) open();
    RawClient client = connect_program();
    client.write(Bytes{5, 1, 0});
    EXPECT_EQ(client.read(2).size(), 2U);
    client.write(socks_request(full.address()));
    loop_.run_a_while();
    client.close();
    expect_gone();
  }
}

// -- What their try has taught --------------------------------------------------------------------

TEST_F(DepartedTest, ASilentTargetIsDialledWithVersion1NextTime) {
  service_.telling_silence = milliseconds(20);
  RawServer server(loop_, {stay_silent(), listen()});
  open();
  give_up_after(server, milliseconds(60));
  expect_next(server, true);
  EXPECT_EQ(story().joined->reason, VersionReason::kV1Silence);
  EXPECT_FALSE(story().joined->remembered_v1);
  EXPECT_EQ(server.accepted(), 2U);
}

TEST_F(DepartedTest, ATargetThatHadNoTimeToAnswerIsNotSilent) {
  service_.telling_silence = std::chrono::seconds(10);
  RawServer server(loop_, {stay_silent(), listen()});
  open();
  give_up_after(server, milliseconds(20));
  expect_next(server, false);
}

TEST_F(DepartedTest, ASilentTargetIsHeldToVersion2WhereThePolicySaysSo) {
  service_.telling_silence = milliseconds(20);
  RawServer server(loop_, {stay_silent(), listen()});
  set_policy(Policy::kV2Only);
  open();
  give_up_after(server, milliseconds(60));
  set_policy(Policy::kPreferV2);
  expect_next(server, false);
}

TEST_F(DepartedTest, ASilentTargetIsHeldToVersion2WhereItOnceSpokeIt) {
  const std::string path =
      ::testing::TempDir() + "outbound_departed_" + std::to_string(::getpid()) + ".sqlite";
  std::filesystem::remove(path);
  auto memory = DowngradeMemory::open(path, UnixTime{});
  ASSERT_TRUE(memory) << memory.error();
  service_.downgrades = memory->get();
  service_.telling_silence = milliseconds(20);
  RawServer server(loop_, {stay_silent(), listen()});
  service_.saw_v2(server.address());
  open();
  give_up_after(server, milliseconds(60));
  expect_next(server, false);
  stop();
  service_.downgrades = nullptr;
  std::filesystem::remove(path);
}

// What was only supposed of it is not held to.
TEST_F(DepartedTest, ATargetThatAnswersNeitherVersionIsOfferedVersion2Again) {
  service_.telling_silence = milliseconds(20);
  RawServer server(loop_, {stay_silent(), listen(), listen()});
  open();
  give_up_after(server, milliseconds(60));
  expect_next(server, true);
  expect_next(server, false);
}

}  // namespace
}  // namespace veilwire::proxy::testing

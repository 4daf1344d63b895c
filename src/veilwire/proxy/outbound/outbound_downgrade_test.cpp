// Connections of a program to targets that have spoken version 2 before.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "veilwire/host/testing/other_database_user.h"
#include "veilwire/proxy/testing/outbound_test.h"

namespace veilwire::proxy::testing {
namespace {

using transport::Version;

// A peer's first bytes of version 2, or a program's of version 1, are more than that.
constexpr std::size_t kHeardBytes = 24;

class OutboundDowngradeTest : public OutboundFixture {
 protected:
  OutboundDowngradeTest() {
    path_ = ::testing::TempDir() + "outbound_downgrade_" + std::to_string(::getpid()) + ".sqlite";
    std::filesystem::remove(path_);
    auto opened = DowngradeMemory::open(path_, {});
    EXPECT_TRUE(opened) << opened.error();
    memory_ = std::move(*opened);
    service_.downgrades = memory_.get();
    config().on_downgrade = OnDowngrade::kRefuse;
  }
  ~OutboundDowngradeTest() override {
    stop();
    other_.reset();
    std::filesystem::remove(path_);
  }

  // Whoever stands on the way: writes down what it hears, says `answer` and cuts the connection.
  Script cut_after(Bytes answer = {}) {
    return [this, answer](net::Tcp::socket& socket) -> Task<void> {
      heard_.push_back(co_await read_bytes(socket, kHeardBytes));
      co_await write_bytes(socket, answer);
      net::testing::reset(socket);
    };
  }
  // And listens to what comes instead.
  Script listen() {
    return [this](net::Tcp::socket& socket) -> Task<void> {
      heard_.push_back(co_await read_bytes(socket, kHeardBytes));
      co_await wait_for_end(socket);
    };
  }
  bool is_clear(const Bytes& heard) const {
    return std::equal(heard.begin(), heard.end(), version_.begin());
  }
  void expect_refused_in_silence(RawServer& server, Refusal why) {
    RawClient client = connected_program(server.address());
    client.write(version_);
    EXPECT_TRUE(client.read_to_end().empty());
    ASSERT_TRUE(run_until_ended());
    EXPECT_EQ(story().refusal, why);
    EXPECT_EQ(server.accepted(), 1U);
    ASSERT_EQ(heard_.size(), 1U);
    EXPECT_FALSE(is_clear(heard_[0]));
  }
  void converse(Node& node) {
    speak_v1(connected_program(node.address()));
    say_version();
    EXPECT_EQ(node.message().payload, version_payload());
    ASSERT_TRUE(node.last().push("version", version_payload()));
    ASSERT_TRUE(run_until_messages(program_, 1));
  }
  void lock_memory() {
    other_.emplace(path_);
    other_->run("BEGIN EXCLUSIVE");
  }

  const Bytes version_ = v1_bytes("version", version_payload());
  std::string path_;
  std::unique_ptr<DowngradeMemory> memory_;
  std::optional<host::testing::OtherDatabaseUser> other_;
  std::vector<Bytes> heard_;
};

// -- Refused --------------------------------------------------------------------------------------

// By the time a `version` in version 1 tells of it, the program's own would have gone out.
TEST_F(OutboundDowngradeTest, SaysNothingInTheClearWhereVersion2IsCut) {
  RawServer server(loop_, {cut_after(), listen()});
  service_.saw_v2(server.address());
  open();
  expect_refused_in_silence(server, Refusal::kDowngraded);
  EXPECT_EQ(story().downgrade, OnDowngrade::kRefuse);
  EXPECT_TRUE(story().refusal_text.starts_with(
      "the peer has spoken version 2 before, and so version 1 is not tried: "));
}

TEST_F(OutboundDowngradeTest, SaysNothingInTheClearWhereVersion2IsCutAfterSomeBytes) {
  RawServer server(loop_, {cut_after(filled(10)), listen()});
  service_.saw_v2(server.address());
  open();
  expect_refused_in_silence(server, Refusal::kHandshakeFailed);
  EXPECT_FALSE(story().downgrade) << "whoever answers may well speak version 2";
}

TEST_F(OutboundDowngradeTest, HoldsToVersion2UnderBlocksOnlyToo) {
  RawServer server(loop_, {cut_after(), listen()});
  service_.saw_v2(server.address());
  set_policy(Policy::kV1BlocksOnly);
  open();
  expect_refused_in_silence(server, Refusal::kDowngraded);
}

TEST_F(OutboundDowngradeTest, SaysNothingInTheClearWhereTheMemoryCannotBeRead) {
  RawServer server(loop_, {cut_after(), listen()});
  open();
  lock_memory();
  expect_refused_in_silence(server, Refusal::kVersion1Refused);
  EXPECT_FALSE(story().downgrade);
  EXPECT_TRUE(
      story().refusal_text.starts_with("whether the peer has spoken version 2 before cannot"));
}

TEST_F(OutboundDowngradeTest, AnswersARefusalWhereTheHandshakeComesFirst) {
  Node node(loop_, Node::Speaks::kV1Only);
  service_.saw_v2(node.address());
  config().passthrough = Passthrough::kRefuse;
  open();
  RawClient client = connect_program();
  EXPECT_EQ(ask(client, socks_request(node.address())), 2);
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kDowngraded);
  EXPECT_EQ(node.accepted(), 1U);
}

// As one is that was made while downgrades were only warned of.
TEST_F(OutboundDowngradeTest, OffersVersion2ThoughVersion1WasRememberedAWhileAgo) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  service_.saw_v2(node.address());
  service_.recent_v1.remember(net::now(), node.address());
  open();
  converse(node);
  EXPECT_EQ(story().joined->version, Version::kV2);
  EXPECT_FALSE(story().joined->remembered_v1);
}

TEST_F(OutboundDowngradeTest, FallsBackWhereTheTargetNeverSpokeVersion2) {
  Node node(loop_, Node::Speaks::kV1Only);
  open();
  converse(node);
  EXPECT_EQ(story().joined->version, Version::kV1);
  EXPECT_FALSE(story().downgrade);
}

TEST_F(OutboundDowngradeTest, LeavesVersion1AloneWhereItIsThePolicy) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  service_.saw_v2(node.address());
  set_policy(Policy::kV1Only);
  open();
  converse(node);
  EXPECT_EQ(story().joined->version, Version::kV1);
}

TEST_F(OutboundDowngradeTest, SaysNothingInTheClearToATargetThatSpeaksVersion1First) {
  service_.first_words.after_target = std::chrono::minutes(1);
  RawServer server(loop_, {[this](net::Tcp::socket& socket) -> Task<void> {
                             co_await write_bytes(socket, version_);
                             heard_.push_back(co_await read_bytes(socket, kHeardBytes));
                             co_await wait_for_end(socket);
                           },
                           listen()});
  service_.saw_v2(server.address());
  open();
  RawClient client = connected_program(server.address());
  client.write(version_);
  EXPECT_TRUE(client.read_to_end().empty());
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kDowngraded);
  EXPECT_EQ(story().downgrade, OnDowngrade::kRefuse);
  EXPECT_EQ(server.accepted(), 1U);
}

// -- A word of somebody on the way ----------------------------------------------------------------

// The connection is not given up for a raw one by a byte that the target never said.
TEST_F(OutboundDowngradeTest, OffersVersion2ThoughAByteCameFirst) {
  service_.first_words.after_target = std::chrono::minutes(1);
  RawServer relay(loop_, {[this](net::Tcp::socket& socket) -> Task<void> {
                    co_await net::testing::write_text(socket, "x");
                    heard_.push_back(co_await read_bytes(socket, 64));
                  }});
  config().on_downgrade = OnDowngrade::kWarn;
  open();
  RawClient client = connected_program(relay.address());
  loop_.run_a_while();
  client.write(version_);
  client.read_to_end();
  ASSERT_TRUE(run_until_ended());
  EXPECT_FALSE(story().passed_through);
  ASSERT_EQ(heard_.size(), 1U);
  EXPECT_FALSE(std::equal(version_.begin(), version_.begin() + 16, heard_[0].begin()));
}

TEST_F(OutboundDowngradeTest, TakesATargetThatNowSpeaksFirstForADowngrade) {
  service_.first_words.after_target = std::chrono::milliseconds(20);
  for (const OnDowngrade action : {OnDowngrade::kWarn, OnDowngrade::kRefuse}) {
    RawServer server(loop_, {[](net::Tcp::socket& socket) -> Task<void> {
                       co_await net::testing::write_text(socket, "x");
                       co_await wait_for_end(socket);
                     }});
    service_.saw_v2(server.address());
    config().on_downgrade = action;
    if (!server_) open();
    RawClient client = connected_program(server.address());
    ASSERT_TRUE(loop_.run_until([this] { return story().downgrade.has_value(); }));
    EXPECT_EQ(story().downgrade, action);
    if (action == OnDowngrade::kWarn) {
      EXPECT_EQ(client.read(1), net::testing::bytes_of("x"));
      EXPECT_EQ(story().passed_through, PassthroughReason::kTargetSpokeFirst);
      client.close();
    } else {
      EXPECT_TRUE(client.read_to_end().empty());
    }
    ASSERT_TRUE(run_until_ended(observer_.stories.size()));
    EXPECT_EQ(story().refusal.has_value(), action == OnDowngrade::kRefuse);
  }
  EXPECT_EQ(story().refusal, Refusal::kDowngraded);
}

// -- A program's own version 2 --------------------------------------------------------------------

TEST_F(OutboundDowngradeTest, RemembersATargetThatTheProgramSpokeVersion2WithByItself) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  open();
  speak_v2(connected_program(node.address()));
  say_version();
  EXPECT_EQ(node.message().payload, version_payload());
  ASSERT_TRUE(node.last().push("version", version_payload()));
  ASSERT_TRUE(run_until_messages(program_, 1));
  EXPECT_EQ(story().passed_through, PassthroughReason::kProgramNotV1);
  EXPECT_EQ(service_.facts_of(node.address(), Policy::kPreferV2).spoke_v2, SpokeV2::kYes);
}

TEST_F(OutboundDowngradeTest, RemembersNothingOfWhatIsNoBitcoin) {
  RawServer web(loop_, {[](net::Tcp::socket& socket) -> Task<void> {
                  co_await read_bytes(socket, 200);
                  co_await write_bytes(socket, filled(200, 0x81));
                  co_await wait_for_end(socket);
                }});
  open();
  RawClient client = connected_program(web.address());
  client.write(net::testing::bytes_of("GET / HTTP/1.0\r\n" + std::string(184, 'x')));
  EXPECT_EQ(client.read(200).size(), 200U);
  EXPECT_EQ(service_.facts_of(web.address(), Policy::kPreferV2).spoke_v2, SpokeV2::kNo);
}

// -- Warned of ------------------------------------------------------------------------------------

// Who cuts one attempt has one connection in the clear for it.
TEST_F(OutboundDowngradeTest, OffersVersion2AnewAfterADowngradeThatWasWarnedOf) {
  Node node(loop_, Node::Speaks::kV1Only);
  service_.saw_v2(node.address());
  config().on_downgrade = OnDowngrade::kWarn;
  open();
  for (const std::size_t dials : {2U, 4U}) {
    converse(node);
    EXPECT_EQ(story().downgrade, OnDowngrade::kWarn);
    EXPECT_FALSE(story().joined->remembered_v1);
    EXPECT_EQ(node.accepted(), dials);
    end_program();
  }
}

}  // namespace
}  // namespace veilwire::proxy::testing

#include "veilwire/net/local_acceptor.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <optional>

#include "veilwire/net/testing/loop.h"

namespace veilwire::net {
namespace {

using Local = boost::asio::local::stream_protocol;

class LocalAcceptorTest : public ::testing::Test {
 protected:
  LocalAcceptorTest()
      : path_(::testing::TempDir() + "local_acceptor_" + std::to_string(::getpid())) {
    std::filesystem::remove(path_);
  }
  ~LocalAcceptorTest() override {
    acceptor_.reset();
    loop_.run_a_while();
    std::filesystem::remove(path_);
  }

  std::string open() {
    auto opened = LocalAcceptor::open(
        loop_.runtime(), path_, [this](Tcp::socket socket) { accepted_ = std::move(socket); });
    if (!opened) return opened.error();
    acceptor_ = std::move(*opened);
    return {};
  }
  ErrorCode connect(Local::socket& socket) {
    ErrorCode error;
    socket.connect(Local::endpoint(path_), error);
    return error;
  }

  testing::Loop loop_;
  const std::string path_;
  std::unique_ptr<LocalAcceptor> acceptor_;
  std::optional<Tcp::socket> accepted_;
};

TEST_F(LocalAcceptorTest, HandsOnWhoConnects) {
  ASSERT_EQ(open(), "");
  Local::socket client(loop_.runtime().context());
  ASSERT_FALSE(connect(client));
  ASSERT_TRUE(loop_.run_until([this] { return accepted_.has_value(); }));
  EXPECT_EQ(remote_of(*accepted_), Endpoint());
  EXPECT_EQ(local_of(*accepted_), Endpoint());
  const Bytes sent{1, 2, 3};
  boost::asio::write(client, boost::asio::buffer(sent));
  Bytes got(3);
  boost::asio::read(*accepted_, boost::asio::buffer(got));
  EXPECT_EQ(got, sent);
}

TEST_F(LocalAcceptorTest, IsItsUsersOnlyAndLeavesNoName) {
  ASSERT_EQ(open(), "");
  struct stat facts{};
  ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
  acceptor_.reset();
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(LocalAcceptorTest, TakesThePlaceOfOneThatNobodyListensOn) {
  {
    Local::acceptor gone(loop_.runtime().context(), Local::endpoint(path_));
  }
  EXPECT_TRUE(std::filesystem::exists(path_));
  EXPECT_EQ(open(), "");
}

TEST_F(LocalAcceptorTest, LeavesAloneWhatIsNotItsOwn) {
  {
    Local::acceptor other(loop_.runtime().context(), Local::endpoint(path_));
    EXPECT_NE(open().find("somebody listens there already"), std::string::npos);
  }
  std::filesystem::remove(path_);
  std::ofstream(path_) << "text";
  EXPECT_NE(open().find("there is a file of that name"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(LocalAcceptorTest, RefusesAPathThatNoSocketCanHave) {
  auto opened =
      LocalAcceptor::open(loop_.runtime(), "/tmp/" + std::string(200, 'x'), [](Tcp::socket) {});
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().find("too long"), std::string::npos);
}

}  // namespace
}  // namespace veilwire::net

#include "veilwire/host/activation.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "veilwire/host/testing/in_a_child.h"

namespace veilwire::host {
namespace {

constexpr pid_t kSelf = 4711;

// Puts its descriptors in a row, far from those of the test program, and closes them.
class Descriptors {
 public:
  static constexpr int kFirst = 500;

  ~Descriptors() {
    for (int fd = kFirst; fd < next_; ++fd) ::close(fd);
  }
  int keep(int fd) {
    if (::dup2(fd, next_) < 0) return -1;
    ::close(fd);
    return next_++;
  }
  int listening(int domain = AF_INET) {
    const int fd = keep(::socket(domain, SOCK_STREAM, 0));
    EXPECT_EQ(::listen(fd, 1), 0);  // on a port that the system chooses
    return fd;
  }

 private:
  int next_ = kFirst;
};

ActivationVariables variables(std::string fds, std::optional<std::string> names = {}) {
  return {std::to_string(kSelf), std::move(fds), std::move(names)};
}

std::string error_of(const std::expected<std::vector<PassedSocket>, std::string>& result) {
  return result ? "no error" : result.error();
}

// Two descriptors in a row: a listening socket, and whatever `second` makes.
template <typename Second>
std::string error_with_second(Second second) {
  Descriptors open;
  const int first = open.listening();
  EXPECT_EQ(open.keep(second()), first + 1);
  return error_of(passed_sockets(variables("2"), kSelf, first));
}

TEST(Activation, GivesThePassedSocketsWithTheirNames) {
  Descriptors open;
  const int first = open.listening();
  const int second = open.listening();
  ASSERT_EQ(second, first + 1);
  const auto passed = passed_sockets(variables("2", "socks:transparent"), kSelf, first);
  ASSERT_TRUE(passed) << passed.error();
  EXPECT_EQ(*passed, (std::vector<PassedSocket>{{first, "socks"}, {second, "transparent"}}));
}

TEST(Activation, MarksThemCloseOnExec) {
  Descriptors open;
  const int first = open.listening();
  ASSERT_EQ(::fcntl(first, F_GETFD) & FD_CLOEXEC, 0);
  ASSERT_TRUE(passed_sockets(variables("1"), kSelf, first));
  EXPECT_NE(::fcntl(first, F_GETFD) & FD_CLOEXEC, 0);
}

TEST(Activation, NamesThemUnknownWhereNobodyDid) {
  Descriptors open;
  const int first = open.listening();
  EXPECT_EQ(passed_sockets(variables("1"), kSelf, first)->at(0).name, "unknown");
}

TEST(Activation, TakesAnEmptyNameAsOne) {
  Descriptors open;
  const int first = open.listening();
  EXPECT_EQ(passed_sockets(variables("1", ""), kSelf, first)->at(0).name, "");
}

TEST(Activation, TakesIpv6) {
  Descriptors open;
  const int first = open.keep(::socket(AF_INET6, SOCK_STREAM, 0));
  if (first < 0 || ::listen(first, 1) != 0) GTEST_SKIP() << "no IPv6 here";
  EXPECT_TRUE(passed_sockets(variables("1"), kSelf, first));
}

TEST(Activation, GivesNoneWhereNoneAreMeantForUs) {
  EXPECT_TRUE(passed_sockets({}, kSelf)->empty());
  EXPECT_TRUE(passed_sockets({.listen_fds = "1"}, kSelf)->empty());
  EXPECT_TRUE(passed_sockets({.listen_pid = std::to_string(kSelf)}, kSelf)->empty());
  EXPECT_TRUE(passed_sockets({.listen_pid = "1", .listen_fds = "1"}, kSelf)->empty());
  EXPECT_TRUE(passed_sockets({.listen_pid = "1", .listen_fds = "x"}, kSelf)->empty());
  EXPECT_TRUE(passed_sockets(variables("0", ""), kSelf)->empty());
}

TEST(Activation, RefusesVariablesThatAreNoNumbers) {
  for (const std::string text : {"", " 1", "1 ", "-1", "1x", "0x1", "65", "99999999999"}) {
    EXPECT_EQ(error_of(passed_sockets(variables(text), kSelf)),
              "LISTEN_FDS has an invalid value: '" + text + "'");
  }
  EXPECT_EQ(error_of(passed_sockets({.listen_pid = "me\n", .listen_fds = "1"}, kSelf)),
            "LISTEN_PID has an invalid value: 'me\\x0a'");
}

TEST(Activation, RefusesNamesThatAreNotAsManyAsTheSockets) {
  Descriptors open;
  const int first = open.listening();
  for (const std::string names : {"a:b", "a:", ":"}) {
    EXPECT_EQ(error_of(passed_sockets(variables("1", names), kSelf, first)),
              "LISTEN_FDNAMES does not name as many sockets as were passed");
  }
}

TEST(Activation, RefusesADescriptorThatIsNotOpen) {
  Descriptors open;
  const int first = open.listening();
  EXPECT_EQ(error_of(passed_sockets(variables("2"), kSelf, first)),
            "descriptor " + std::to_string(first + 1) + " was promised but is not open");
}

TEST(Activation, RefusesWhatIsNoListeningTcpSocket) {
  const std::string refusal = " was passed but is not a listening TCP socket";
  EXPECT_TRUE(error_with_second([] { return ::open("/dev/null", O_RDONLY); }).ends_with(refusal));
  EXPECT_TRUE(
      error_with_second([] { return ::socket(AF_INET, SOCK_STREAM, 0); }).ends_with(refusal));
  EXPECT_TRUE(
      error_with_second([] { return ::socket(AF_INET, SOCK_DGRAM, 0); }).ends_with(refusal));
  EXPECT_TRUE(
      error_with_second([] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }).ends_with(refusal));
}

// In a child of this process, which may do with its descriptors and its environment as it likes.
// What it finds wrong is its exit status.
int take_in_a_child() {
  const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::listen(listening, 1) != 0 || ::dup2(listening, kFirstPassedSocket) < 0) return 1;
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", "1", 1);
  ::setenv("LISTEN_FDNAMES", "socks", 1);
  const auto passed = take_passed_sockets();
  if (!passed || *passed != std::vector<PassedSocket>{{kFirstPassedSocket, "socks"}}) return 2;
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
    if (std::getenv(name) != nullptr) return 3;
  }
  return take_passed_sockets()->empty() ? 0 : 4;
}

TEST(Activation, TakesThemFromTheEnvironmentOnce) {
  EXPECT_EQ(testing::result_in_a_child(take_in_a_child), 0);
}

}  // namespace
}  // namespace veilwire::host

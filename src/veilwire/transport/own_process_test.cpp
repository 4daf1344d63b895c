// A transport's keystream must not be used twice: what a fork has copied refuses.
#include "veilwire/transport/own_process.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "veilwire/transport/responder.h"
#include "veilwire/transport/testing/end.h"
#include "veilwire/transport/testing/sources.h"

namespace veilwire::transport {
namespace {

using testing::type_named;

// The exit status of `work` in a child made by `make_child`; -1 where it did not exit.
int status_in_a_child(pid_t (*make_child)(), const std::function<int()>& work) {
  const pid_t child = make_child();
  if (child == 0) _exit(work());
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

pid_t by_fork() { return fork(); }
// Past the C library's handlers.
pid_t by_clone() { return static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }

TEST(OwnProcess, IsNotThatOfAChildHoweverItWasMade) {
  const OwnProcess own;
  EXPECT_TRUE(own.is_this());
  for (const auto make_child : {by_fork, by_clone}) {
    EXPECT_EQ(status_in_a_child(make_child, [&] { return own.is_this() ? 1 : 0; }), 0);
  }
  EXPECT_TRUE(own.is_this());
}

TEST(OwnProcess, OfAChildIsNotThatOfItsSiblingOrChild) {
  const auto in_the_child = [] {
    const OwnProcess own;
    const int in_the_grandchild = status_in_a_child(by_fork, [&] { return own.is_this() ? 1 : 0; });
    return own.is_this() ? in_the_grandchild : 2;
  };
  EXPECT_EQ(status_in_a_child(by_fork, in_the_child), 0);
  EXPECT_EQ(status_in_a_child(by_fork, in_the_child), 0);
}

bool refuses_as_forked(Transport& t, TimePoint now) {
  const auto fault = t.fault();
  const auto pushed = t.push(now, {type_named("ping"), {}});
  const Bytes bytes(1);
  const bool took_nothing = t.feed(now, bytes) == 0;
  t.on_deadline(now);
  return fault && fault->rule == Rule::kUsedAfterFork && fault->blame == Blame::kCaller &&
         !pushed && pushed.error() == PushError::kFaulted && took_nothing &&
         !t.push_decoy(now, {}) && t.bytes_to_send().empty() && !t.next_deadline() && t.fault();
}

class ForkedTransports : public ::testing::Test {
 protected:
  const TimePoint now_{};
  crypto::SeededEntropy entropy_{1};
  KeyPool keys_{entropy_, 2};
  V2Transport initiator_{Role::kInitiator, {}, keys_, entropy_, now_};
  Responder responder_{{}, keys_, entropy_, now_};

  void establish() {
    for (int round = 0; round < 4; ++round) {
      carry(initiator_, responder_);
      carry(responder_, initiator_);
    }
    ASSERT_EQ(initiator_.info().version, Version::kV2);
    ASSERT_TRUE(initiator_.info().session_id);
    ASSERT_TRUE(responder_.info().session_id);
  }

  void carry(Transport& from, Transport& to) {
    const ByteView view = from.bytes_to_send();
    Bytes bytes(view.begin(), view.end());
    from.mark_sent(bytes.size());
    ByteView rest = bytes;
    while (!rest.empty() && !to.fault()) {
      rest = rest.subspan(to.feed(now_, rest));
      while (to.poll_event()) ++events_;
    }
  }

  void expect_refusal_in_a_child(Transport& t) {
    EXPECT_EQ(status_in_a_child(by_fork, [&] { return refuses_as_forked(t, now_) ? 0 : 1; }), 0);
  }

  int events_ = 0;
};

TEST_F(ForkedTransports, RefuseInTheChildAndGoOnInTheParent) {
  establish();
  ASSERT_TRUE(initiator_.push(now_, {type_named("ping"), {}}));
  expect_refusal_in_a_child(initiator_);
  expect_refusal_in_a_child(responder_);

  events_ = 0;
  ASSERT_TRUE(initiator_.push(now_, {type_named("pong"), {}}));
  carry(initiator_, responder_);
  EXPECT_EQ(events_, 2);
  EXPECT_FALSE(initiator_.fault());
  EXPECT_FALSE(responder_.fault());
}

TEST_F(ForkedTransports, GiveTheChildNothingThatWasSealedBefore) {
  establish();
  ASSERT_TRUE(initiator_.push(now_, {type_named("ping"), {}}));
  ASSERT_FALSE(initiator_.bytes_to_send().empty());
  EXPECT_EQ(status_in_a_child(by_fork, [&] { return initiator_.bytes_to_send().empty() ? 0 : 1; }),
            0);
  EXPECT_FALSE(initiator_.bytes_to_send().empty());
}

TEST_F(ForkedTransports, RefuseBeforeTheHandshakeToo) {
  expect_refusal_in_a_child(initiator_);
  expect_refusal_in_a_child(responder_);
  establish();
}

TEST_F(ForkedTransports, RefuseInVersion1Too) {
  V1Transport v1(Role::kInitiator, {}, now_);
  ASSERT_TRUE(v1.push(now_, {type_named("ping"), {}}));
  expect_refusal_in_a_child(v1);
  EXPECT_FALSE(v1.bytes_to_send().empty());
}

}  // namespace
}  // namespace veilwire::transport

// What tests of dial() share: one dial, its result, and servers for it to find.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "veilwire/net/testing/full_server.h"
#include "veilwire/net/testing/loopback.h"
#include "veilwire/net/testing/raw_server.h"
#include "veilwire/transport/v1_transport.h"

namespace veilwire::net::testing {

// What a version 1 peer sends to say one message.
inline Bytes v1_message(std::string_view name, ByteView payload = {}) {
  transport::V1Transport sender(transport::Role::kResponder, {}, TimePoint{});
  EXPECT_TRUE(sender.push(TimePoint{}, {transport::testing::type_named(name), payload}));
  const ByteView bytes = sender.bytes_to_send();
  return Bytes(bytes.begin(), bytes.end());
}

class DialTest : public Loopback {
 protected:
  using Result = std::expected<Dialled, DialFailure>;

  // -- A dial -------------------------------------------------------------------------------------

  Result dialled(const Endpoint& target, DialConfig config = {}) {
    results_.clear();
    start_dial(target, std::move(config));
    EXPECT_TRUE(loop_.run_until([this] { return !results_.empty(); }));
    Result result = std::move(results_.at(0));
    EXPECT_EQ(results_.size(), 1U);
    return result;
  }
  void start_dial(const Endpoint& target, DialConfig config) {
    dial_ = dial(loop_.runtime(), target, std::move(config), keys_, entropy_,
                 [this](Result result) { results_.push_back(std::move(result)); });
    EXPECT_TRUE(results_.empty()) << "called from within";
  }
  void cancel() { dial_->cancel(); }

  void expect_cancelled(DialPhase phase) {
    EXPECT_TRUE(results_.empty());
    ASSERT_TRUE(loop_.run_until([this] { return !results_.empty(); }));
    cancel();
    loop_.run_a_while();
    ASSERT_EQ(results_.size(), 1U);
    ASSERT_FALSE(results_[0]);
    EXPECT_EQ(results_[0].error().error, DialError::kCancelled);
    EXPECT_EQ(results_[0].error().phase, phase);
    EXPECT_EQ(results_[0].error().text, "the dial was given up");
  }

  // That the listener is at the other end of it.
  void expect_conversation(std::shared_ptr<Connection> connection) {
    client_.start(std::move(connection));
    ASSERT_TRUE(client_.push("version", transport::testing::filled(86)));
    ASSERT_TRUE(run_until_messages(server_, 1));
    ASSERT_TRUE(server_.push("verack", {}));
    ASSERT_TRUE(run_until_messages(client_, 1));
  }
  // That speak_version_1 is.
  void expect_version_1(std::shared_ptr<Connection> connection) {
    client_.start(std::move(connection));
    ASSERT_TRUE(client_.push("version", transport::testing::filled(86)));
    ASSERT_TRUE(run_until_messages(client_, 1));
    EXPECT_EQ(client_.user->version, transport::Version::kV1);
    EXPECT_EQ(client_.user->messages[0].type.name(), "verack");
  }

  // -- Servers ------------------------------------------------------------------------------------

  // What a node that knows no version 2 does.
  static Task<void> read_and_close(Tcp::socket& socket) {
    co_await read_bytes(socket, transport::kEllSwiftBytes);
    // Nothing may be left unread, or the close would be a reset.
    co_await pause(socket, std::chrono::milliseconds(5));
    Bytes rest(transport::kMaxGarbageBytes);
    socket.non_blocking(true);
    ErrorCode ignored;
    socket.read_some(boost::asio::buffer(rest), ignored);
  }
  static Task<void> read_and_reset(Tcp::socket& socket) {
    co_await read_bytes(socket, transport::kEllSwiftBytes);
    reset(socket);
  }
  static Task<void> speak_version_1(Tcp::socket& socket) {
    const Bytes header = co_await read_bytes(socket, transport::kV1HeaderBytes);
    EXPECT_TRUE(std::ranges::equal(ByteView(header).first(4), protocol::kMainMagic));
    const Bytes verack = v1_message("verack");
    co_await write_bytes(socket, verack);
    co_await wait_for_end(socket);
  }

  // A port that was free a moment ago.
  Endpoint refusing_address() {
    Tcp::acceptor acceptor(loop_.runtime().context(),
                           Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    return to_endpoint(acceptor.local_endpoint());
  }

  std::vector<Result> results_;
  std::shared_ptr<Dial> dial_;
};

}  // namespace veilwire::net::testing

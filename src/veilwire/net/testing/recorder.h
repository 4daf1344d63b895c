// A connection's user that writes down what it is told, and does what a test hangs on it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/net/connection.h"
#include "veilwire/transport/testing/end.h"

namespace veilwire::net::testing {

using transport::testing::ReceivedMessage;

class Recorder final : public Connection::User {
 public:
  // Called after the event was written down.
  std::function<void()> when_message = [] {};
  std::function<void(TimePoint)> when_deadline = [](TimePoint) {};
  std::function<void()> when_room = [] {};
  std::function<void()> when_ended = [] {};
  std::optional<TimePoint> deadline;
  std::size_t most_read = kReadBytes;

  std::optional<transport::Version> version;
  Bytes version_contents;
  std::vector<ReceivedMessage> messages;
  int rooms = 0;
  int reads = 0;
  std::vector<End> ends;

  bool established() const { return version.has_value(); }
  bool ended() const { return !ends.empty(); }
  // How it ended; only for a connection that has.
  EndReason reason() const { return ends.at(0).reason; }

  void on_event(TimePoint, const transport::Event& event) override {
    const Call call(*this);
    if (const auto* message = std::get_if<transport::MessageReceived>(&event)) {
      EXPECT_TRUE(established());
      messages.push_back({message->type, Bytes(message->payload.begin(), message->payload.end())});
      when_message();
      return;
    }
    if (std::holds_alternative<transport::MessageSkipped>(event)) return;
    const auto& start = std::get<transport::Established>(event);
    EXPECT_FALSE(established()) << "established twice";
    version = start.version;
    version_contents.assign(start.version_contents.begin(), start.version_contents.end());
  }
  std::size_t read_limit() const override { return most_read; }
  void on_read(TimePoint) override { ++reads; }
  void on_send_room(TimePoint) override {
    const Call call(*this);
    ++rooms;
    when_room();
  }
  std::optional<TimePoint> next_deadline() const override { return deadline; }
  void on_deadline(TimePoint now) override {
    const Call call(*this);
    const auto due = std::exchange(deadline, std::nullopt);
    EXPECT_TRUE(due && *due <= now) << "a deadline that was not due";
    when_deadline(now);
  }
  void on_end(const End& end) override {
    EXPECT_EQ(depth_, 0) << "the end came from within another call";
    ends.push_back(end);
    EXPECT_EQ(ends.size(), 1U);
    when_ended();
  }

 private:
  // Nothing may come after the end.
  struct Call {
    explicit Call(Recorder& whose) : recorder(whose) {
      EXPECT_FALSE(whose.ended()) << "called after the end";
      EXPECT_EQ(whose.depth_++, 0) << "called from within another call";
    }
    ~Call() { --recorder.depth_; }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    Recorder& recorder;
  };

  int depth_ = 0;
};

// A connection and its user.
struct Side {
  std::shared_ptr<Connection> connection;
  std::shared_ptr<Recorder> user = std::make_shared<Recorder>();

  void start(std::shared_ptr<Connection> with) {
    connection = std::move(with);
    connection->start(*user);
  }
  auto push(std::string_view name, ByteView payload) const {
    return connection->push({transport::testing::type_named(name), payload});
  }
};

inline bool is_over(const Side& side) { return !side.connection || side.user->ended(); }

}  // namespace veilwire::net::testing

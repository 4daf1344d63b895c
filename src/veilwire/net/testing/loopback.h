// Two connections joined by loopback, through Listener and dial().
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "veilwire/net/dial.h"
#include "veilwire/net/listen.h"
#include "veilwire/net/testing/loop.h"
#include "veilwire/net/testing/recorder.h"

namespace veilwire::net::testing {

class Loopback : public ::testing::Test {
 protected:
  ~Loopback() override {
    // A connection lives until it has ended.
    for (Side* side : {&client_, &server_}) {
      if (side->connection && !side->user->ended()) side->connection->abort();
    }
    loop_.run_until([this] { return is_over(client_) && is_over(server_); });
  }

  void listen(ListenConfig config = {}) {
    listen([this](std::shared_ptr<Connection> made) { server_.start(std::move(made)); },
           std::move(config));
  }
  void listen(std::function<void(std::shared_ptr<Connection>)> accepted, ListenConfig config = {}) {
    auto opened = Listener::open(loop_.runtime(), {"127.0.0.1", 0}, std::move(config), keys_,
                                 entropy_, std::move(accepted));
    ASSERT_TRUE(opened) << opened.error();
    listener_ = std::move(*opened);
  }

  void dial_listener(DialConfig config = {}) {
    dial(loop_.runtime(), listener_->address(), std::move(config), keys_, entropy_,
         [this](std::expected<Dialled, DialFailure> dialled) {
           ASSERT_TRUE(dialled) << dialled.error().text;
           client_.start(std::move(dialled->connection));
         });
  }

  void establish(DialConfig dialling = {}, ListenConfig listening = {}) {
    listen(std::move(listening));
    dial_listener(std::move(dialling));
    ASSERT_TRUE(loop_.run_until(
        [this] { return client_.user->established() && server_.user->established(); }));
  }
  // The server's side knows its version when it has been sent something.
  void establish_v1() {
    listen();
    dial_listener({.policy = transport::DialPolicy::kV1Only});
    ASSERT_TRUE(loop_.run_until(
        [this] { return client_.user->established() && server_.connection != nullptr; }));
  }

  bool run_until_ended(const Side& side) {
    return loop_.run_until([&side] { return side.user->ended(); });
  }
  bool run_until_messages(const Side& side, std::size_t count) {
    return loop_.run_until([&] { return side.user->messages.size() >= count; });
  }

  Loop loop_;
  FreshKeys keys_;
  crypto::SystemEntropy entropy_;
  std::unique_ptr<Listener> listener_;
  Side client_;
  Side server_;
};

// A payload that says its number.
inline Bytes numbered(std::uint32_t number, std::size_t size = 32) {
  Bytes payload(size, static_cast<std::uint8_t>(number * 7));
  for (std::size_t i = 0; i < 4; ++i) payload[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return payload;
}

// That messages carry the numbers 0, 1, 2 and so on.
inline void expect_numbered(const std::vector<ReceivedMessage>& messages, std::size_t count) {
  ASSERT_EQ(messages.size(), count);
  for (std::uint32_t i = 0; i < count; ++i) {
    ASSERT_EQ(messages[i].payload, numbered(i, messages[i].payload.size())) << "message " << i;
  }
}

}  // namespace veilwire::net::testing

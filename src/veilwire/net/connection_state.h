// What a connection is made of. For .cpp files of this folder only: it names Asio.
#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>

#include "veilwire/net/connection.h"
#include "veilwire/net/tcp.h"

namespace veilwire::net {

struct Connection::State {
  // The socket is connected and on a strand of its own.
  State(Tcp::socket connected, std::unique_ptr<transport::Transport> with);

  // -- In: what the socket, the timer and the user cause ------------------------------------------
  void on_readable();
  void on_writable();
  void on_timer();
  // Does all that can be done now, then arms what is to be waited for. Calls from within it return
  // at once and are made up for before it returns.
  void pump();
  // After a push that went as `how` says.
  std::expected<void, transport::PushError> pushed(std::expected<void, transport::PushError> how);
  // The first turn with a user: it may have ended before there was one.
  void start();

  // For dial(): takes the user away within its on_event(); `event` is what the next user gets
  // first.
  void release_user(const transport::Event& event);
  void set_user(User& next);
  // Bytes of the peer's that were read before there was a connection.
  void hold_back(ByteView bytes);
  void end(End with);

  Tcp::socket socket;
  std::unique_ptr<transport::Transport> transport;
  Endpoint remote;
  Endpoint local;
  std::weak_ptr<Connection> weak_self;
  // Both set from start() to on_end(). What keeps the connection and its user alive meanwhile is
  // the timer's handler, which is always pending: so that both are freed with the loop, too.
  User* user = nullptr;
  std::weak_ptr<User> user_owner;

  std::uint64_t bytes_written = 0;
  std::uint64_t bytes_read = 0;
  std::array<std::uint8_t, 16> first_bytes{};
  bool reading_paused = false;
  bool room_wanted = false;

  enum class Closing : std::uint8_t { kNo, kSending, kLingering };
  Closing closing = Closing::kNo;
  bool ended = false;

 private:
  void pump_once(TimePoint now);
  ByteView feed(TimePoint now, ByteView bytes);
  void feed_held_back(TimePoint now);
  void deliver_events(TimePoint now);
  bool may_deliver() const;
  bool wants_bytes() const;
  void read_some(const ErrorCode& at_eof);
  void discard_input();
  void write_some();
  void end_after_last_words(const ErrorCode& error);
  void offer_room(TimePoint now);
  void go_on_closing();
  void arm();
  void arm_read();
  void arm_write();
  void arm_timer();
  std::optional<TimePoint> next_deadline() const;
  void end_by(const ErrorCode& error);
  void tell_end();
  void note_first_bytes(ByteView bytes);

  boost::asio::steady_timer timer_;
  std::optional<TimePoint> timer_at_;
  std::optional<TimePoint> close_at_;
  std::optional<transport::Event> held_event_;
  Bytes held_contents_;  // what held_event_ points at
  Bytes held_back_;
  std::size_t held_back_taken_ = 0;  // of them, from the front
  End end_;
  bool read_armed_ = false;
  bool write_armed_ = false;
  bool pumping_ = false;
  bool pump_again_ = false;
};

}  // namespace veilwire::net

// What a driver is made of. For .cpp files of this folder only: it names Asio.
#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>

#include "veilwire/net/driver.h"
#include "veilwire/net/tcp.h"

namespace veilwire::net {

// The socket is connected and on a strand of its own, or on one with others that belong together.
std::shared_ptr<Driver> make_driver(Tcp::socket socket, ByteView first_bytes = {});

struct Driver::State {
  explicit State(Tcp::socket connected);

  // Whatever waits in the loop holds one of these, and nothing else keeps a driver that runs, or its
  // user, alive: what is destroyed with the loop is freed with it.
  struct Hold {
    std::shared_ptr<Driver> driver;
    std::shared_ptr<User> user;
  };
  Hold hold() const { return {self.lock(), user_owner.lock()}; }

  void start(ByteMachine& with, std::shared_ptr<User> by);
  void release();
  // One turn comes, however often they are called before it.
  void flush();
  void ask_for_turn();
  void begin_to_close();
  // Bytes of the peer's that were read already.
  void hold_back(ByteView bytes);
  void end(EndReason why, std::string error = {});

  bool runs() const { return user != nullptr && !ended; }

  Tcp::socket socket;
  Endpoint remote;
  Endpoint local;
  std::weak_ptr<Driver> self;
  // All three set from start() to on_end() or release().
  ByteMachine* machine = nullptr;
  User* user = nullptr;
  std::weak_ptr<User> user_owner;

  std::uint64_t bytes_written = 0;
  std::uint64_t bytes_read = 0;
  std::array<std::uint8_t, 16> first_bytes{};
  bool reading_paused = false;

  enum class Closing : std::uint8_t { kNo, kSending, kLingering };
  Closing closing = Closing::kNo;
  bool ended = false;

 private:
  // -- The turn, in this order --------------------------------------------------------------------
  void turn();
  void keep_deadlines(TimePoint now);
  void feed_held_back(TimePoint now);
  void read(TimePoint now);
  void write();
  void go_on_closing(TimePoint now);
  void look_for_the_end();
  void arm();

  // -- Bytes --------------------------------------------------------------------------------------
  bool may_take() const;
  bool may_read() const;
  void take_events(TimePoint now);
  ByteView feed(TimePoint now, ByteView bytes);
  void discard_input();
  void note_first_bytes(ByteView bytes);
  void adapt_read(std::size_t count, bool all_taken);
  void on_read_error(const ErrorCode& error);

  // -- Waiting ------------------------------------------------------------------------------------
  bool has_more_to_do() const;
  void wait_for(Tcp::socket::wait_type what, bool& armed, bool& ready);
  void arm_timer();
  void post_turn();
  void end_by(const ErrorCode& error);
  void tell_end();

  boost::asio::steady_timer timer_;
  std::optional<TimePoint> timer_at_;
  std::optional<TimePoint> close_at_;
  Bytes held_back_;
  std::size_t held_back_taken_ = 0;  // of them, from the front
  std::size_t read_bytes_ = kSmallReadBytes;
  unsigned feeds_left_ = 0;  // in this turn
  // A write has failed: what the peer said before it went is still read, turn by turn, and then this
  // is the end.
  ErrorCode write_error_;
  std::string end_error_;
  EndReason end_reason_ = EndReason::kOurs;
  enum class Step : std::uint8_t { kNone, kReading, kWriting };
  Step step_ = Step::kNone;   // where the turn is
  bool turn_wanted_ = false;  // asked for within a turn
  bool turn_posted_ = false;
  bool readable_ = false;
  bool writable_ = true;
  bool read_armed_ = false;
  bool write_armed_ = false;
};

}  // namespace veilwire::net

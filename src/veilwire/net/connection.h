// A driver whose machine is a transport: hands the transport's events to a user, and takes messages
// from it.
//
// A push only queues: what was pushed is written at the end of the turn in which it was (see
// driver.h), however many pushes there were.
//
// Back-pressure both ways: while its user has paused reading, or the transport has, nothing is read
// from the socket, so that the peer's own sending stops; and push() refuses once kMaxUnsentBytes
// wait, until on_send_room() says that there is room again.
//
// Threads: all of a connection's functions and all calls to its user happen on its strand. From
// elsewhere, go through post().
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "veilwire/net/driver.h"
#include "veilwire/transport/transport.h"

namespace veilwire::net {

// on_send_room() is called when what is unsent falls to this again, after a push was refused or
// wants_room() was asked.
inline constexpr std::size_t kSendRoomBytes = transport::kMaxUnsentBytes / 2;

struct End {
  EndReason reason = EndReason::kOurs;
  std::optional<transport::Fault> fault{};  // EndReason::kFault
  std::string system_error{};               // EndReason::kSystem
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Called on the connection's strand. May call any function of the connection from within.
  class User {
   public:
    virtual ~User() = default;
    // Payloads die when it returns.
    virtual void on_event(TimePoint now, const transport::Event& event) = 0;
    // What the next read may take at most; kReadBytes and more are kReadBytes.
    virtual std::size_t read_limit() const { return kReadBytes; }
    // Bytes have been read, and their events given.
    virtual void on_read(TimePoint) {}
    // There is room to push again.
    virtual void on_send_room(TimePoint) {}
    // Asked after every turn, so after every call to the user.
    virtual std::optional<TimePoint> next_deadline() const { return std::nullopt; }
    virtual void on_deadline(TimePoint) {}
    // The last call. info() still answers.
    virtual void on_end(const End& end) = 0;
  };

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Gives it its user and lets it run. Until then nothing is read and events wait. Once only. The
  // user must live until on_end() was called; the connection keeps itself alive until then. Where
  // it has ended already, on_end() is all that comes. A Runtime that is destroyed before frees it
  // without on_end().
  void start(User& user);
  // The same, the user kept alive by the connection.
  void start(std::shared_ptr<User> user);

  std::expected<void, transport::PushError> push(const protocol::MessageView& message);
  std::expected<void, transport::PushError> push_decoy(ByteView contents);
  // Asks for on_send_room() once unsent bytes are at most kSendRoomBytes (perhaps already now).
  void wants_room();

  // Whether the peer has closed or reset the connection, also behind bytes that nobody has read. For
  // one whose reading is paused, which is not told.
  bool peer_has_ended() const;

  // The user's next_deadline() has changed outside of a call to it.
  void deadline_changed();

  // While reading is paused events that are already there are not delivered either.
  void pause_reading();
  void resume_reading();

  // For a user that is done with its part: to be called within on_event(), with its event, which
  // the next user gets again as its first. Until start() nothing is read, and nobody keeps the
  // connection alive but its owners.
  void release(const transport::Event& event);

  // For a user that goes on with a machine of its own on the transport (a channel): gives both up,
  // after release() or before start(). The event that was released is gone; the connection is of no
  // further use.
  struct Parts {
    std::shared_ptr<Driver> driver;
    std::unique_ptr<transport::Transport> transport;
  };
  Parts take_apart();

  // Sends what is queued, within kCloseTimeout, then ends. What still waits for the handshake is
  // not sent. Nothing more is delivered but on_end(), which comes later, never from within.
  void close();
  // Ends at once. on_end() comes later, never from within.
  void abort();

  // Calls `work` on the strand. From any thread.
  void post(std::function<void()> work);

  const transport::Transport& transport() const;
  transport::Info info() const;
  // The address at the other end of the socket (the proxy's, where there is one), and ours.
  const Endpoint& remote() const;
  const Endpoint& local() const;
  // The first bytes received, at most 16 of them, for saying what a peer that failed the handshake
  // may be.
  ByteView first_bytes() const;
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_written() const;

  // For the files of this folder.
  struct State;
  static std::shared_ptr<Connection> make(std::unique_ptr<State> state);
  State& state() { return *state_; }

 private:
  explicit Connection(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace veilwire::net

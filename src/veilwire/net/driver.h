// One socket and one machine: moves bytes between them, whatever they mean, keeps the machine's
// deadlines, and ends when either does. Connections and channels stand on it.
//
// Turns: everything happens in turns on the strand, and a turn is bounded, so that a peer that sends
// without end delays the others by one turn at most. In a turn a socket is read once and written
// once, and the machine is fed at most kTurnFeeds times; what is left waits for the next turn, which
// takes its place behind those of others. Whoever queues something in the machine calls flush(),
// which only asks for a turn: what a thousand pushes have queued is one write.
//
// Back-pressure: while its user or its machine has paused reading, nothing is read from the socket,
// so that the peer's own sending stops.
//
// Memory: a driver holds no read buffer; each thread has one, and a socket is read when it has
// something. What the machine did not take in that turn is kept, at most one read. A read is small
// for peers that send small messages, and grows to kReadBytes for those that send large ones.
//
// Threads: all functions and all calls to the user happen on its strand. From elsewhere, go through
// post().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "veilwire/base/byte_machine.h"
#include "veilwire/base/endpoint.h"
#include "veilwire/base/time.h"

namespace veilwire::net {

// What one read takes at most: a large block then costs few calls, and four threads a megabyte.
inline constexpr std::size_t kReadBytes = 256 * 1024;
// What it takes at least, and at first. A turn feeds that many bytes of the smallest messages.
inline constexpr std::size_t kSmallReadBytes = 4096;
// What one write gives the system at most: it copies that much while others wait.
inline constexpr std::size_t kWriteBytes = 256 * 1024;
// How often a turn feeds the machine, which is the number of messages that it may take: at half a
// microsecond each, others wait as long as for one ping on loopback.
inline constexpr unsigned kTurnFeeds = 128;
// How long close() lets the peer take what is still to be sent.
inline constexpr Duration kCloseTimeout = std::chrono::seconds(5);
// And then for the peer to end its side, so that no reset overtakes what was sent last.
inline constexpr Duration kCloseLinger = std::chrono::seconds(1);

// How it ended.
enum class EndReason : std::uint8_t {
  kPeerClosed,  // in order, by the peer
  kPeerReset,   // the peer, or somebody on the way, cut it
  kFault,       // the machine stopped, and says why
  kSystem,      // the system refused: the error says why
  kOurs,        // close() or abort()
};

class Driver : public std::enable_shared_from_this<Driver> {
 public:
  // Called on the strand, never from within another call. May call any function of the driver.
  class User {
   public:
    virtual ~User() = default;
    // Polls the machine for one event and deals with it. False: there was none.
    virtual bool take_event(TimePoint now) = 0;
    // Bytes have been read and fed, and the events taken.
    virtual void on_read(TimePoint) {}
    // The last of a turn: the system has taken what it would of bytes_to_send().
    virtual void on_written(TimePoint) {}
    // Asked after every turn. The machine's own deadlines are the driver's business.
    virtual std::optional<TimePoint> next_deadline() const { return std::nullopt; }
    virtual void on_deadline(TimePoint) {}
    // The last call. `system_error` is empty but for EndReason::kSystem.
    virtual void on_end(EndReason reason, const std::string& system_error) = 0;
  };

  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // Gives it its machine and its user, and lets it run. Until then nothing is read. The user keeps
  // the machine alive; the loop keeps both driver and user alive until on_end() was called, or frees
  // them without it where it is destroyed before. Where the driver has ended already, on_end() is
  // all that comes.
  void start(ByteMachine& machine, std::shared_ptr<User> user);
  // Takes machine and user away, also from within a call of theirs. Bytes that were read and not fed
  // wait for the next start().
  void release();

  // Something was queued in the machine, or the user waits for on_written(): both at the end of a
  // turn, and of this one where there is one.
  void flush();

  // While reading is paused no event is taken either.
  void pause_reading();
  void resume_reading();

  // Sends what bytes_to_send() has, within kCloseTimeout, then ends. Nothing more comes but
  // on_end(), which comes later, never from within.
  void close();
  // Ends at once. on_end() comes later, never from within.
  void abort();

  // Calls `work` on the strand. From any thread.
  void post(std::function<void()> work);

  bool is_closing() const;
  // The address at the other end of the socket (the proxy's, where there is one), and ours.
  const Endpoint& remote() const;
  const Endpoint& local() const;
  // The first bytes received, at most 16 of them, for saying what a peer that failed the handshake
  // may be.
  ByteView first_bytes() const;
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_written() const;

  // For the .cpp files of this folder.
  struct State;
  explicit Driver(std::unique_ptr<State> state);
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::net

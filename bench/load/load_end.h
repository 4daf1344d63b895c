// One end of a connection: a socket and a transport, moved by the loop.
#pragma once

#include <functional>
#include <memory>

#include "loop.h"
#include "veilwire/transport/transport.h"

namespace veilwire::bench {

class LoadEnd final : public Loop::Handler {
 public:
  using OnMessage = std::function<void(protocol::MessageKind kind, ByteView payload)>;

  // The socket does not block.
  LoadEnd(Loop& loop, Socket socket, std::unique_ptr<transport::Transport> transport);
  ~LoadEnd() override;
  LoadEnd(const LoadEnd&) = delete;
  LoadEnd& operator=(const LoadEnd&) = delete;

  // Nobody is called where it is empty.
  void set_on_message(OnMessage on_message) { on_message_ = std::move(on_message); }
  // Asked, from now on, whenever all that was sent is with the system: sends more and returns true,
  // or false where there is no more for now.
  void set_source(std::function<bool()> source);

  void send(const protocol::MessageView& message);
  // The same without a write: flush() writes all that was queued at once, and so does the end of
  // on_message()'s turn.
  void queue(const protocol::MessageView& message);
  // Sends what the transport has by itself: the first bytes of a handshake.
  void flush();

  // The system has taken all that it will for now.
  bool waits_to_write() const { return waits_to_write_; }
  bool established() const { return established_; }
  // The other end closed, or broke a rule.
  bool ended() const { return ended_; }

  void on_ready() override;

 private:
  void read();
  void draw();
  void take(ByteView bytes);
  void take_events();
  void end();

  Loop& loop_;
  Socket socket_;
  std::unique_ptr<transport::Transport> transport_;
  OnMessage on_message_;
  std::function<bool()> source_;
  bool established_ = false;
  bool ended_ = false;
  bool waits_to_write_ = false;
};

}  // namespace veilwire::bench

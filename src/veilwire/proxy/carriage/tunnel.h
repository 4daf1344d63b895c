// Carries bytes between two sockets untouched: for programs that speak version 2 themselves, and
// for what is no Bitcoin at all.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "veilwire/base/bytes.h"
#include "veilwire/base/time.h"
#include "veilwire/net/tcp.h"
#include "veilwire/proxy/carriage/carriage_end.h"
#include "veilwire/proxy/carriage/side.h"
#include "veilwire/proxy/carriage/stall_timeout.h"

namespace veilwire::proxy {

// What one read takes at most. One buffer a thread; an idle tunnel has none.
inline constexpr std::size_t kTunnelReadBytes = 64 * 1024;

// Once one direction has ended the other may be silent for so long at most: time for an answer to
// what was said last. Bounds how long a target that never closes can keep the sockets of a program
// that has gone.
inline constexpr Duration kHalfClosedTimeout = std::chrono::seconds(60);

class Tunnel : public std::enable_shared_from_this<Tunnel> {
 public:
  struct Counts {
    std::uint64_t from_program = 0;
    std::uint64_t from_peer = 0;
  };

  struct Timeouts {
    Duration half_closed = kHalfClosedTimeout;
    Duration stall = kStallTimeout;  // nothing moves either way, and bytes wait
  };

  using Done = std::function<void(const Counts&, const CarriageEnd&)>;

  // Both sockets are connected and on one strand. `done` is called once, when both directions have
  // ended, either socket has failed, or a time-out has passed.
  Tunnel(net::Tcp::socket program, net::Tcp::socket peer, Done done, Timeouts timeouts);
  Tunnel(net::Tcp::socket program, net::Tcp::socket peer, Done done)
      : Tunnel(std::move(program), std::move(peer), std::move(done), Timeouts()) {}
  ~Tunnel();
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  // To be set before start(): is shown what passes, for as long as it says that it wants to see
  // more.
  using Watch = std::function<bool(Side, ByteView)>;
  void watch(Watch watch) { watch_ = std::move(watch); }

  // The first bytes of either side were read already. The tunnel lives until it is done.
  void start(ByteView from_program, ByteView from_peer);
  // Reads no more, passes on what was read and ends. However long that takes: whoever cannot wait
  // calls abort().
  void close();
  void abort();

 private:
  // One direction.
  struct Flow;

  void wait_to_read(Flow& flow);
  void wait_to_write(Flow& flow);
  void read(Flow& flow);
  void show(const Flow& flow, ByteView bytes);
  void write(Flow& flow);
  void forward(Flow& flow, ByteView bytes);
  void source_ended(Flow& flow);
  void side_failed(Side side, const net::ErrorCode& error);
  void end();
  void limit_silence();
  void finish_if_flushed();
  void finish(const CarriageEnd& how);

  net::Tcp::socket program_;
  net::Tcp::socket peer_;
  Done done_;
  const Timeouts timeouts_;
  Watch watch_;
  boost::asio::steady_timer silence_;
  bool is_closing_ = false;
  std::unique_ptr<Flow> outward_;
  std::unique_ptr<Flow> inward_;
  std::optional<Side> first_to_close_;
};

}  // namespace veilwire::proxy

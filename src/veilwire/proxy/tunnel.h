// Carries bytes between two sockets untouched: for programs that speak version 2 themselves, and
// for what is no Bitcoin at all.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>

#include "veilwire/base/bytes.h"
#include "veilwire/net/tcp.h"

namespace veilwire::proxy {

// What one read takes at most. One buffer a thread; an idle tunnel has none.
inline constexpr std::size_t kTunnelReadBytes = 64 * 1024;

class Tunnel : public std::enable_shared_from_this<Tunnel> {
 public:
  struct Counts {
    std::uint64_t from_program = 0;
    std::uint64_t from_peer = 0;
  };

  // Both sockets are connected and on one strand. `done` is called once, when both directions have
  // ended or either socket has failed.
  Tunnel(net::Tcp::socket program, net::Tcp::socket peer, std::function<void(const Counts&)> done);
  ~Tunnel();
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  // The first bytes of either side were read already. The tunnel lives until it is done.
  void start(ByteView from_program, ByteView from_peer);
  void abort();

 private:
  // One direction.
  struct Flow;

  void wait_to_read(Flow& flow);
  void wait_to_write(Flow& flow);
  void read(Flow& flow);
  void write(Flow& flow);
  void forward(Flow& flow, ByteView bytes);
  void source_ended(Flow& flow);
  void finish();

  net::Tcp::socket program_;
  net::Tcp::socket peer_;
  std::function<void(const Counts&)> done_;
  std::unique_ptr<Flow> outward_;
  std::unique_ptr<Flow> inward_;
};

}  // namespace veilwire::proxy

// One TCP connection, blocking, every wait with a deadline, that tells how its peer ended it. On
// poll(2): the suite plays bytes one by one, half-closes and resets, which the runtime's
// connections have no use for.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/endpoint.h"

namespace veilwire::probe::conformance {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  bool is_loopback() const;
};

// All addresses of a name, in the resolver's order; at least one. The error is a sentence without
// its full stop.
std::expected<std::vector<Address>, std::string> resolve(const Endpoint& target);

enum class SocketEnd : std::uint8_t {
  kOpen,
  kFinished,  // the peer closed
  kReset,     // the peer, or the system under it, refused what we sent
};

// Moves only. Closes with the object.
class BlockingSocket {
 public:
  // The error is a sentence without its full stop.
  static std::expected<BlockingSocket, std::string> connect(const Address& address,
                                                            Deadline deadline);
  ~BlockingSocket();
  BlockingSocket(BlockingSocket&& other) noexcept;
  BlockingSocket& operator=(BlockingSocket&& other) noexcept;
  BlockingSocket(const BlockingSocket&) = delete;
  BlockingSocket& operator=(const BlockingSocket&) = delete;

  // Writes all of it, and meanwhile reads, so that two ends that send much do not wait for each
  // other. False where the peer ended the connection or the deadline came first.
  bool send(ByteView bytes, Deadline deadline);
  // Waits until there are new bytes or the peer has ended the connection. False at the deadline.
  bool receive(Deadline deadline);
  // What has been received since the last call.
  Bytes take();

  SocketEnd end() const { return end_; }
  bool ended() const { return end_ != SocketEnd::kOpen; }
  std::uint64_t received_bytes() const { return received_bytes_; }

  // Nothing more will be sent; the peer sees the end of our stream.
  void half_close();
  // The peer sees a reset.
  void reset();

 private:
  explicit BlockingSocket(int fd) : fd_(fd) {}
  void close();
  void read_some();
  void write_some(ByteView& rest);

  int fd_ = -1;
  SocketEnd end_ = SocketEnd::kOpen;
  Bytes inbox_;
  std::uint64_t received_bytes_ = 0;
};

}  // namespace veilwire::probe::conformance

// Our own responder, the one that embedding programs get, with the least of a node above it.
#pragma once

#include <memory>

#include "veilwire/crypto/system_entropy.h"
#include "veilwire/probe/conformance/testing/loopback_server.h"
#include "veilwire/probe/conformance/trial.h"
#include "veilwire/transport/responder.h"

namespace veilwire::probe::conformance::testing {

// One connection: the loop that transport.h describes, over a blocking socket.
class OwnPeer {
 public:
  OwnPeer(int fd, std::atomic<bool>& stopping) : fd_(fd), stopping_(stopping) {}

  void serve() {
    while (!stopping_ && !transport_.fault() && exchange()) {
    }
  }

 private:
  static TimePoint now() { return TimePoint(Clock::now().time_since_epoch()); }

  static transport::V2Config config() {
    transport::V2Config config;
    config.magic = protocol::kRegtestMagic;
    config.decoy_limit = transport::DecoyLimit::kFault;  // a paused one would need its deadlines
    return config;
  }

  bool exchange() {
    transport_.on_deadline(now());
    const ByteView out = transport_.bytes_to_send();
    const auto wanted = static_cast<short>(out.empty() ? POLLIN : POLLIN | POLLOUT);
    pollfd entry{fd_, wanted, 0};
    poll(&entry, 1, 5);
    if ((entry.revents & POLLOUT) != 0) {
      const ssize_t count = ::send(fd_, out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count > 0) transport_.mark_sent(static_cast<std::size_t>(count));
    }
    return (entry.revents & ~POLLOUT) == 0 || receive();
  }

  bool receive() {
    std::uint8_t piece[65536];
    const ssize_t count = recv(fd_, piece, sizeof piece, 0);
    if (count <= 0) return false;
    ByteView rest(piece, static_cast<std::size_t>(count));
    while (!rest.empty() && !transport_.fault()) {
      rest = rest.subspan(transport_.feed(now(), rest));
      while (const auto event = transport_.poll_event()) handle(*event);
    }
    return true;
  }

  void handle(const transport::Event& event) {
    const auto* message = std::get_if<transport::MessageReceived>(&event);
    if (message == nullptr) return;
    if (message->type.kind() == protocol::MessageKind::kVersion) {
      say(version_message(1));
      say(verack_message());
    }
    if (message->type.kind() == protocol::MessageKind::kPing) {
      say({protocol::MessageKind::kPong, message->payload.first(8)});
    }
  }

  void say(const protocol::MessageView& message) { (void)transport_.push(now(), message); }

  int fd_;
  std::atomic<bool>& stopping_;
  crypto::SystemEntropy entropy_;
  transport::KeyPool keys_{entropy_, 1};
  transport::Responder transport_{config(), keys_, entropy_, now()};
};

class OwnResponder {
 public:
  Endpoint endpoint() const { return server_.endpoint(); }

 private:
  std::atomic<bool> stopping_ = false;
  LoopbackServer server_{[this](int fd, int) { OwnPeer(fd, stopping_).serve(); }, stopping_};
};

}  // namespace veilwire::probe::conformance::testing

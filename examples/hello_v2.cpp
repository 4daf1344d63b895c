// hello_v2 HOST PORT [regtest]: greets a Bitcoin node over the encrypted transport. Sends `version`
// and prints the names of the messages that come, until the node says `verack`.
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>
#include <veilwire/base/hex.h>
#include <veilwire/transport.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>

using namespace veilwire;
using namespace veilwire::transport;

namespace {

TimePoint now() { return TimePoint(std::chrono::steady_clock::now().time_since_epoch()); }

// A connection to the first address that takes one, whose recv() waits for a second at most; or -1.
int dial(const char* host, const char* port) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(host, port, &hints, &found) != 0) return -1;
  int connected = -1;
  for (const addrinfo* at = found; at != nullptr && connected < 0; at = at->ai_next) {
    const int fd = socket(at->ai_family, at->ai_socktype, 0);
    const timeval second{.tv_sec = 1, .tv_usec = 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
    if (connect(fd, at->ai_addr, at->ai_addrlen) == 0) connected = fd;
    if (connected < 0) close(fd);
  }
  freeaddrinfo(found);
  return connected;
}

// Protocol 70016; services, time, addresses, user agent and height are left empty.
Bytes version_payload() {
  Bytes payload(86);
  std::ranges::copy(Bytes{0x80, 0x11, 0x01}, payload.begin());
  return payload;
}

bool send_all(int fd, Transport& node) {
  for (ByteView out = node.bytes_to_send(); !out.empty(); out = node.bytes_to_send()) {
    const ssize_t sent = send(fd, out.data(), out.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    node.mark_sent(static_cast<std::size_t>(sent));
  }
  return true;
}

// Whether this is what we wait for.
bool handle(const Event& event, const Transport& node) {
  if (const auto* message = std::get_if<MessageReceived>(&event)) {
    const auto name = message->type.name();
    std::printf("%.*s: %zu bytes\n", int(name.size()), name.data(), message->payload.size());
    return message->type.kind() == protocol::MessageKind::kVerack;
  }
  std::printf("session id %s\n", to_hex(*node.info().session_id).c_str());
  return false;
}

int failed(const char* why) {
  std::fprintf(stderr, "hello_v2: %s\n", why);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return failed("usage: hello_v2 HOST PORT [regtest]");
  const int fd = dial(argv[1], argv[2]);
  if (fd < 0) return failed("no connection");

  crypto::SystemEntropy entropy;
  KeyPool keys(entropy, 0);
  V2Config config;
  if (argc > 3) config.magic = protocol::kRegtestMagic;
  config.decoy_limit = DecoyLimit::kFault;
  V2Transport node(Role::kInitiator, config, keys, entropy, now());
  if (!node.push(now(), {protocol::MessageKind::kVersion, version_payload()})) return 1;

  Bytes buffer(65536);
  for (bool done = false; !done;) {
    if (!send_all(fd, node)) return failed("the node does not take what we send");
    const ssize_t count = recv(fd, buffer.data(), buffer.size(), 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) return failed("the node hung up");
    ByteView bytes(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    while (!bytes.empty() && !node.fault()) {
      bytes = bytes.subspan(node.feed(now(), bytes));
      while (const auto event = node.poll_event()) done |= handle(*event, node);
    }
    node.on_deadline(now());
    if (const auto fault = node.fault()) return failed(rule_text(fault->rule).data());
  }
}

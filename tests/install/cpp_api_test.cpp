// The installed library as a C++ program meets it: one header, two transports, a conversation.
// Prints what failed and exits with 1.
#include <veilwire/transport.h>

#include <cstdio>
#include <string>
#include <string_view>

using namespace veilwire;
using namespace veilwire::transport;

namespace {

int failures = 0;

void check(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "cpp_api_test.cpp: failed: %.*s\n", int(what.size()), what.data());
  ++failures;
}

constexpr TimePoint kNow{};

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// What an end was told: "v2" or "v1", then "name=payload" for each message.
struct Told {
  std::string text;

  void operator()(const Established& established) {
    text += established.version == Version::kV2 ? "v2 " : "v1 ";
  }
  void operator()(const MessageReceived& message) {
    text.append(message.type.name()).append("=");
    text.append(message.payload.begin(), message.payload.end()).append(" ");
  }
  void operator()(const MessageSkipped& message) {
    text.append(message.type.name()).append(" skipped ");
  }
};

void poll(Transport& end, Told& told) {
  while (const auto event = end.poll_event()) std::visit(told, *event);
}

std::size_t carry(Transport& from, Transport& to, Told& told) {
  std::size_t carried = 0;
  for (ByteView out = from.bytes_to_send(); !out.empty(); out = from.bytes_to_send()) {
    const std::size_t taken = to.feed(kNow, out);
    poll(to, told);
    if (taken == 0 || to.fault()) break;
    from.mark_sent(taken);
    carried += taken;
  }
  return carried;
}

std::pair<std::string, std::string> converse(Transport& a, Transport& b) {
  Told told_a, told_b;
  poll(a, told_a);
  while (carry(a, b, told_b) + carry(b, a, told_a) > 0) {
  }
  return {told_a.text, told_b.text};
}

void push(Transport& end, std::string_view name, std::string_view payload) {
  check(end.push(kNow, {*protocol::MessageType::from_name(name), bytes_of(payload)}).has_value(),
        "push");
}

void test_version_2() {
  crypto::SystemEntropy entropy;
  KeyPool keys(entropy, 2);
  check(keys.refill(2) == 2, "two keys are made ahead");
  int logged = 0;
  V2Config config;
  config.key_log = [&](const KeyLogEntry& entry) { logged += !key_log_line(entry).empty(); };
  V2Transport initiator(Role::kInitiator, config, keys, entropy, kNow);
  Responder responder(config, keys, entropy, kNow);
  push(initiator, "version", "hello");
  const auto told = converse(initiator, responder);
  check(told.first == "v2 ", "the initiator is told of version 2");
  check(told.second == "v2 version=hello ", "the responder is told of version 2 and the message");
  push(responder, "ping", "12345678");
  check(converse(initiator, responder).first == "ping=12345678 ", "a message comes back");
  check(initiator.info().session_id.has_value() &&
            initiator.info().session_id == responder.info().session_id,
        "session ids are equal");
  check(logged == 2, "both ends log their keys");
}

void test_version_1() {
  crypto::SystemEntropy entropy;
  KeyPool keys(entropy, 0);
  V1Transport initiator(Role::kInitiator, {}, kNow);
  Responder responder({}, keys, entropy, kNow);
  push(initiator, "version", "clear");
  check(converse(initiator, responder).second == "v1 version=clear ", "version 1 is understood");
  Responder strict({}, keys, entropy, kNow, V1Policy::kRefuse);
  push(initiator, "version", "clear");
  converse(initiator, strict);
  check(strict.fault() && strict.fault()->rule == Rule::kV1Refused, "version 1 may be refused");
  check(blame_name(strict.fault()->blame) == "peer", "the refusal blames the peer");
}

void test_dial_choice() {
  DialChoice choice(dial_policy_from_name("prefer-v2").value());
  choice.connected(kNow);
  choice.sent(kFallbackSentBytes);
  check(choice.ended(AttemptEnd::kPeerEnded) == DialStep::kDialAgainWithV1 &&
            choice.version() == Version::kV1,
        "version 1 is dialled after a drop");
  check(version_reason_text(choice.reason()) == "v1: the peer dropped v2", "the reason has a text");
}

}  // namespace

int main() {
  test_version_2();
  test_version_1();
  test_dial_choice();
  std::printf("cpp_api_test.cpp: %d failures\n", failures);
  return failures != 0;
}

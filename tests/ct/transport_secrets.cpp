// Shows that nothing in a version 2 connection branches or indexes on a secret from the moment at
// which the shared secret is there: both ends of a conversation, from the key schedule through
// several rekeys to a packet that does not verify. libsecp256k1 has such tests of its own for what
// comes before.
//
// The key log is where the shared secret can be reached: it is marked there, in the very memory
// that the keys are then derived from. What leaves a transport the transport itself has made
// public.

#include <string_view>
#include <variant>

#include "checker.h"
#include "veilwire/crypto/kernel.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/transport/key_schedule.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::ct {
namespace {

using namespace veilwire::transport;

class End {
 public:
  End(Role role, std::uint64_t seed)
      : entropy_(seed),
        keys_(entropy_, 1),
        transport_(role, config(), keys_, entropy_, TimePoint{}) {}

  V2Transport& transport() { return transport_; }
  std::uint64_t messages() const { return messages_; }
  bool established() const { return established_; }
  bool payloads_were_right() const { return payloads_right_; }

  // Hands over all bytes that wait to be sent, in pieces of `cut` bytes.
  void send_to(End& peer, TimePoint now, std::size_t cut) {
    for (ByteView bytes = transport_.bytes_to_send(); !bytes.empty();
         bytes = transport_.bytes_to_send()) {
      Bytes piece(bytes.begin(),
                  bytes.begin() + static_cast<std::ptrdiff_t>(std::min(cut, bytes.size())));
      transport_.mark_sent(piece.size());
      CT_REQUIRE(none_secret(piece));
      peer.take(now, piece);
    }
  }

  void push(TimePoint now, std::string_view name, std::size_t payload_bytes) {
    Bytes payload(payload_bytes, 0x42);
    secret(payload);
    const protocol::MessageView message{.type = *protocol::MessageType::from_name(name),
                                        .payload = payload};
    CT_REQUIRE(transport_.push(now, message).has_value());
  }

  void push_decoy(TimePoint now, std::size_t contents_bytes) {
    const Bytes contents(contents_bytes, 0);
    CT_REQUIRE(transport_.push_decoy(now, contents).has_value());
  }

 private:
  static V2Config config() {
    V2Config config;
    config.decoys_before_version = {Bytes(5, 0), Bytes(100, 0)};
    config.version_contents = Bytes{1, 2, 3};
    config.key_log = [](const KeyLogEntry& entry) { secret(entry.shared_secret); };
    return config;
  }

  void take(TimePoint now, ByteView bytes) {
    while (!bytes.empty() && !transport_.fault()) {
      const std::size_t taken = transport_.feed(now, bytes);
      bytes = bytes.subspan(taken);
      while (auto event = transport_.poll_event()) on_event(*event);
    }
  }

  void on_event(const Event& event) {
    if (std::holds_alternative<Established>(event)) {
      established_ = true;
      return;
    }
    ++messages_;
    const auto is_right = [](std::uint8_t byte) { return byte == 0x42; };
    if (!std::ranges::all_of(std::get<MessageReceived>(event).payload, is_right)) {
      payloads_right_ = false;
    }
  }

  crypto::SeededEntropy entropy_;
  KeyPool keys_;
  V2Transport transport_;
  std::uint64_t messages_ = 0;
  bool established_ = false;
  bool payloads_right_ = true;
};

// The checker follows a secret through the key schedule: whatever is keyed with it is secret too.
void derive() {
  Secret<32> shared_secret;
  secret(shared_secret.span());
  const ConnectionKeys keys = derive_keys(shared_secret, protocol::kMainMagic);
  for (const DirectionKeys* direction : {&keys.initiator, &keys.responder}) {
    CT_REQUIRE(all_secret(direction->length.span()));
    CT_REQUIRE(all_secret(direction->packet.span()));
  }
  CT_REQUIRE(all_secret(keys.initiator_terminator.span()));
  CT_REQUIRE(all_secret(keys.responder_terminator.span()));
  CT_REQUIRE(all_secret(keys.session_id.span()));
}

void shake_hands(End& initiator, End& responder, std::size_t cut) {
  for (int round = 0; round < 3; ++round) {
    initiator.send_to(responder, TimePoint{}, cut);
    responder.send_to(initiator, TimePoint{}, cut);
  }
  CT_REQUIRE(initiator.established() && responder.established());
  CT_REQUIRE(initiator.transport().info().session_id == responder.transport().info().session_id);
}

// 500 messages each way, one by one and in groups, with decoys, pauses that release what was made
// ahead, and two rekeys.
void converse(End& initiator, End& responder, std::size_t cut) {
  TimePoint now{};
  for (int round = 0; round < 100; ++round) {
    for (End* end : {&initiator, &responder}) {
      for (std::size_t i = 0; i < 4; ++i) end->push(now, "inv", 37 * i);
      end->push(now, "a_long_name", round % 25 == 0 ? 70'000 : 8);
      if (round % 7 == 0) end->push_decoy(now, 300);
    }
    initiator.send_to(responder, now, cut);
    responder.send_to(initiator, now, cut);
    if (round % 10 == 9) {
      now += 2 * kIdleRelease;
      initiator.transport().on_deadline(now);
      responder.transport().on_deadline(now);
    }
  }
  for (const End* end : {&initiator, &responder}) {
    CT_REQUIRE(end->messages() == 500);
    CT_REQUIRE(end->payloads_were_right());
  }
  CT_REQUIRE(initiator.transport().info().sent.rekeys == 2);
}

void refuse_damage(End& initiator, End& responder) {
  initiator.push(TimePoint{} + std::chrono::hours(1), "ping", 8);
  const ByteView sent = initiator.transport().bytes_to_send();
  Bytes damaged(sent.begin(), sent.end());
  damaged.back() ^= 1;
  CT_REQUIRE(responder.transport().feed(TimePoint{} + std::chrono::hours(1), damaged) ==
             damaged.size());
  CT_REQUIRE(responder.transport().fault().has_value());
  CT_REQUIRE(responder.transport().fault()->rule == Rule::kAuthenticationFailed);
}

void run(std::uint64_t seed, std::size_t cut) {
  End initiator(Role::kInitiator, seed);
  End responder(Role::kResponder, seed + 1);
  shake_hands(initiator, responder, cut);
  converse(initiator, responder, cut);
  refuse_damage(initiator, responder);
}

}  // namespace
}  // namespace veilwire::ct

int main() {
  using namespace veilwire;
  ct::require_that_leaks_are_caught();
  const std::string_view kernel = crypto::kernel_name(crypto::active_kernel());
  std::printf("kernel %.*s\n", static_cast<int>(kernel.size()), kernel.data());
  ct::derive();
  ct::run(1, 1u << 20);
  ct::run(3, 1448);
  ct::run(5, 7);
  std::printf("no branch and no index depended on a secret\n");
}

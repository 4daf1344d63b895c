#include "veilwire/app/demo/transcript.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include "veilwire/transport/key_source.h"
#include "veilwire/transport/responder.h"
#include "veilwire/transport/v1_transport.h"
#include "veilwire/transport/v2_transport.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/ping.h"

namespace veilwire::app {
namespace {

using protocol::OwnedMessage;
using transport::MessageReceived;
using transport::Role;
using transport::Transport;

constexpr TimePoint kNow{};

// Hold_conversation() turns it into its error.
class Broken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

void require_sound(const Transport& transport) {
  if (const auto fault = transport.fault()) {
    throw Broken(std::string(transport::rule_text(fault->rule)));
  }
}

Bytes take_bytes(Transport& from) {
  const ByteView waiting = from.bytes_to_send();
  Bytes bytes(waiting.begin(), waiting.end());
  from.mark_sent(bytes.size());
  require_sound(from);
  return bytes;
}

// Feeds everything and gives the last message that came of it.
std::optional<OwnedMessage> hand_over(ByteView bytes, Transport& to) {
  std::optional<OwnedMessage> arrived;
  while (!bytes.empty() && !to.fault()) {
    bytes = bytes.subspan(to.feed(kNow, bytes));
    while (const auto event = to.poll_event()) {
      if (const auto* message = std::get_if<MessageReceived>(&*event)) {
        arrived = OwnedMessage::copy_of({message->type, message->payload});
      }
    }
  }
  return arrived;
}

Bytes first_of(ByteView bytes, std::size_t count) {
  const ByteView first = bytes.first(std::min(count, bytes.size()));
  return {first.begin(), first.end()};
}

// Empty for a decoy.
std::string name_of(const Utterance& utterance) {
  const OwnedMessage* message = utterance.message();
  return std::string(message != nullptr ? message->type.name() : std::string_view());
}

// The same message on a version 1 connection.
Bytes in_version_1(const OwnedMessage& message) {
  transport::V1Transport v1(Role::kInitiator, {}, kNow);
  const auto pushed = v1.push(kNow, message);
  if (!pushed) throw Broken("version 1 does not carry the message");
  return take_bytes(v1);
}

class Dialogue {
 public:
  explicit Dialogue(Entropy& entropy)
      : keys_(entropy, 2),
        initiator_(Role::kInitiator, {}, keys_, entropy, kNow),
        responder_({}, keys_, entropy, kNow) {}

  void shake_hands(Transcript& record) {
    fly(record, Speaker::kInitiator, "its key, its garbage");
    fly(record, Speaker::kResponder, "its key, its garbage, terminator, version packet");
    fly(record, Speaker::kInitiator, "terminator, version packet");
    const auto ours = initiator_.info();
    const auto theirs = responder_.info();
    if (!ours.session_id || !theirs.session_id) throw Broken("the handshake did not end");
    record.initiator_session_id = *ours.session_id;
    record.responder_session_id = *theirs.session_id;
    record.initiator_garbage_bytes = ours.sent.garbage_bytes;
    record.responder_garbage_bytes = theirs.sent.garbage_bytes;
  }

  SaidMessage say(const Utterance& utterance) {
    push(utterance);
    const Bytes wire = take_bytes(side(utterance.speaker));
    Transport& listener = other_side(utterance.speaker);
    const auto arrived = hand_over(wire, listener);
    require_sound(listener);
    check_arrival(utterance, arrived);

    SaidMessage said{.speaker = utterance.speaker,
                     .name = name_of(utterance),
                     .payload_bytes = utterance.bytes().size(),
                     .v2_bytes = wire.size()};
    said.v2_first_bytes = first_of(wire, kShownV2Bytes);
    if (const OwnedMessage* message = utterance.message()) {
      const Bytes v1 = in_version_1(*message);
      said.v1_bytes = v1.size();
      said.v1_first_bytes = first_of(v1, kShownV1Bytes);
    }
    return said;
  }

  // One bit of a packet's middle is turned: in the ciphertext, behind the length.
  Tampering tamper() {
    push({Speaker::kInitiator, wire::build(wire::Ping{.nonce = 0})});
    Bytes wire = take_bytes(initiator_);
    const std::size_t bit = wire.size() / 2 * 8 + 3;
    wire[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    hand_over(wire, responder_);
    const auto fault = responder_.fault();
    if (!fault) throw Broken("a changed packet was taken for a good one");
    return {wire.size(), bit, *fault};
  }

 private:
  Transport& side(Speaker speaker) {
    if (speaker == Speaker::kInitiator) return initiator_;
    return responder_;
  }
  Transport& other_side(Speaker speaker) {
    return side(speaker == Speaker::kInitiator ? Speaker::kResponder : Speaker::kInitiator);
  }

  void fly(Transcript& record, Speaker speaker, std::string what) {
    const Bytes wire = take_bytes(side(speaker));
    hand_over(wire, other_side(speaker));
    require_sound(other_side(speaker));
    record.handshake.push_back(
        {speaker, std::move(what), wire.size(), first_of(wire, kShownV2Bytes)});
  }

  void push(const Utterance& utterance) {
    Transport& speaker = side(utterance.speaker);
    const OwnedMessage* message = utterance.message();
    const auto pushed = message != nullptr ? speaker.push(kNow, *message)
                                           : speaker.push_decoy(kNow, utterance.bytes());
    if (!pushed) throw Broken(fmt::format("'{}' could not be queued", name_of(utterance)));
  }

  static void check_arrival(const Utterance& utterance,
                            const std::optional<OwnedMessage>& arrived) {
    const OwnedMessage* message = utterance.message();
    const bool as_sent = message != nullptr ? arrived == *message : !arrived;
    if (as_sent) return;
    throw Broken(fmt::format("'{}' did not arrive as it was sent", name_of(utterance)));
  }

  transport::KeyPool keys_;
  transport::V2Transport initiator_;
  transport::Responder responder_;
};

}  // namespace

Totals Transcript::totals() const {
  Totals totals;
  for (const Flight& flight : handshake) totals.handshake_bytes += flight.bytes;
  for (const SaidMessage& message : said) {
    if (message.v1_bytes) {
      ++totals.messages;
      totals.v2_bytes += message.v2_bytes;
      totals.v1_bytes += *message.v1_bytes;
    } else {
      ++totals.decoys;
      totals.decoy_bytes += message.v2_bytes;
    }
  }
  return totals;
}

std::expected<Transcript, std::string> hold_conversation(Entropy& entropy) {
  try {
    const auto utterances = sample_conversation(entropy);
    if (!utterances) throw Broken("the source of randomness failed");
    Transcript record{};
    Dialogue dialogue(entropy);
    dialogue.shake_hands(record);
    for (const Utterance& utterance : *utterances) record.said.push_back(dialogue.say(utterance));
    record.tampering = dialogue.tamper();
    return record;
  } catch (const Broken& broken) {
    return std::unexpected(std::string(broken.what()));
  }
}

}  // namespace veilwire::app

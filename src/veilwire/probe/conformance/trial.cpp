#include "veilwire/probe/conformance/trial.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/net/runtime.h"
#include "veilwire/protocol/padded_name.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/ping.h"
#include "veilwire/wire/version.h"
#include "veilwire/wire/writer.h"

namespace veilwire::probe::conformance {
namespace {

using protocol::MessageKind;
using protocol::MessageType;

constexpr std::int32_t kProtocolVersion = 70016;
constexpr std::string_view kUserAgent = "/veilwire-conformance/";
// Between two bytes that are said slowly: enough for each to be read alone.
constexpr std::chrono::milliseconds kBetweenBytes{1};
// Between two looks at whether the run is to stop.
constexpr milliseconds kBetweenLooks{100};
// What a large message may need beyond the answer's time.
constexpr std::size_t kBytesPerMillisecond = 100;

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

struct ReadMessage {
  MessageType type;
  bool long_name;
  ByteView payload;
};

std::optional<ReadMessage> read_message(ByteView contents) {
  if (contents.empty()) return std::nullopt;
  if (contents[0] != 0) {
    return ReadMessage{MessageType::from_short_id(contents[0]), false, contents.subspan(1)};
  }
  if (contents.size() < 1 + protocol::kMessageNameBytes) return std::nullopt;
  const auto type = MessageType::from_padded_name(contents.data() + 1);
  if (!type) return std::nullopt;
  return ReadMessage{*type, true, contents.subspan(1 + protocol::kMessageNameBytes)};
}

}  // namespace

Bytes message_contents(const protocol::MessageView& message, TypeForm form) {
  Bytes contents{0};
  if (form == TypeForm::kShortId)
    contents[0] = message.type.short_id();
  else
    append(contents, protocol::padded_name(message.type.name()));
  append(contents, message.payload);
  return contents;
}

protocol::OwnedMessage ping_message(std::uint64_t nonce) {
  return wire::build(wire::Ping{.nonce = nonce});
}

protocol::OwnedMessage verack_message() { return wire::build(wire::Verack{}); }

protocol::OwnedMessage version_message(std::uint64_t nonce) {
  wire::Version version;
  version.protocol_version = kProtocolVersion;
  version.unix_time = net::unix_time();
  version.nonce = nonce;
  version.user_agent = kUserAgent;
  version.relay = 0;
  return wire::build(version);
}

Bytes v1_version_message(const protocol::Magic& magic, std::uint64_t nonce) {
  const Bytes payload = version_message(nonce).payload;
  const Hash256 checksum = crypto::sha256d(payload);
  Bytes message(magic.begin(), magic.end());
  wire::Writer out(message);
  out.bytes(protocol::padded_name(MessageKind::kVersion));
  out.u32(static_cast<std::uint32_t>(payload.size()));
  out.bytes(ByteView(checksum).first(4));
  out.bytes(payload);
  return message;
}

Trial::Trial(std::expected<BlockingSocket, std::string> socket, Adversary adversary,
             const Options& options, std::function<void(const Trial&)> on_end)
    : socket_(std::move(socket)),
      adversary_(std::move(adversary)),
      options_(options),
      on_end_(std::move(on_end)),
      // Unlike a counter from zero, such a nonce is in nobody else's `pong`.
      last_nonce_(load_le<std::uint64_t>(adversary_.key().data())) {}

Trial::~Trial() { on_end_(*this); }

// -- Raw bytes ------------------------------------------------------------------------------------

bool Trial::say(ByteView bytes) {
  if (ended() || options_.stopping()) return false;
  const milliseconds extra(bytes.size() / kBytesPerMillisecond);
  const bool said = socket_->send(bytes, Clock::now() + options_.answer_timeout + extra);
  take_in();
  return said;
}

bool Trial::say_slowly(ByteView bytes) {
  for (const std::uint8_t& byte : bytes) {
    if (!say({&byte, 1})) return false;
    std::this_thread::sleep_for(kBetweenBytes);
  }
  return true;
}

bool Trial::listen(const std::function<bool()>& until, milliseconds at_most) {
  const Deadline deadline = Clock::now() + at_most;
  while (!until()) {
    if (ended() || options_.stopping() || Clock::now() >= deadline) return false;
    if (socket_->receive(std::min(deadline, Clock::now() + kBetweenLooks))) take_in();
  }
  return true;
}

void Trial::listen_on(milliseconds time) {
  listen([] { return false; }, time);
}

bool Trial::hear_end(milliseconds at_most) {
  listen_on(at_most);
  return ended();
}

void Trial::take_in() {
  const Bytes bytes = socket_->take();
  const std::size_t room = kMaxFirstBytes - heard_.first_bytes.size();
  append(heard_.first_bytes, ByteView(bytes).first(std::min(room, bytes.size())));
  adversary_.hear(bytes);
  while (const auto packet = adversary_.next_packet()) take_packet(*packet);
  if (socket_->ended()) adversary_.hear_end();
}

void Trial::take_packet(const HeardPacket& packet) {
  ++heard_.packets;
  if ((packet.header & ~transport::kIgnoreBit) != 0) ++heard_.odd_headers;
  if (packet.is_decoy()) {
    ++heard_.decoys;
  } else if (!heard_.version_packet) {
    heard_.version_packet = true;
    heard_.version_contents_bytes = packet.contents.size();
  } else {
    take_message(packet.contents);
  }
}

void Trial::take_message(ByteView contents) {
  const auto message = read_message(contents);
  if (!message) {
    ++heard_.not_messages;
    return;
  }
  if (message->long_name && message->type.short_id() != 0) ++heard_.long_for_short;
  const MessageKind kind = message->type.kind();
  if (kind == MessageKind::kVersion) {
    const bool readable = wire::parse<wire::Version>(message->payload).has_value();
    (readable ? heard_.version : heard_.unreadable_version) = true;
  } else if (kind == MessageKind::kVerack) {
    ++heard_.veracks;
  } else if (kind == MessageKind::kPong && message->payload.size() >= 8 &&
             heard_.pongs.size() < kMaxPongs) {
    heard_.pongs.push_back(load_le<std::uint64_t>(message->payload.data()));
  }
}

// -- The handshake --------------------------------------------------------------------------------

bool Trial::hear_key() {
  return listen([&] { return adversary_.has_keys(); });
}

bool Trial::hear_version_packet() {
  listen([&] { return heard_.version_packet || adversary_.breach(); });
  return heard_.version_packet;
}

bool Trial::shake_hands(const HandshakeScript& script) {
  Bytes first(adversary_.key().begin(), adversary_.key().end());
  if (script.garbage_timing == HandshakeScript::GarbageTiming::kWithKey)
    append(first, script.garbage);
  if (!say(first) || !hear_version_packet()) return false;
  say(second_flight(script));
  return true;
}

Bytes Trial::second_flight(const HandshakeScript& script) {
  Bytes flight;
  if (script.garbage_timing == HandshakeScript::GarbageTiming::kAfterTheirPacket) {
    append(flight, script.garbage);
  }
  append(flight, script.terminator ? ByteView(*script.terminator) : adversary_.terminator());
  const Bytes second_aad = script.second_aad.value_or(Bytes());
  Bytes aad = script.authenticated.value_or(script.garbage);
  for (const Bytes& decoy : script.decoys) {
    append(flight, adversary_.packet(transport::kIgnoreBit, decoy, aad));
    aad = second_aad;
  }
  Bytes version_packet = adversary_.packet(script.header, script.contents, aad);
  if (script.spoil) script.spoil(version_packet);
  append(flight, version_packet);
  return flight;
}

// -- Messages -------------------------------------------------------------------------------------

bool Trial::say_packet(std::uint8_t header, ByteView contents) {
  if (!adversary_.has_keys()) return false;
  return say(adversary_.packet(header, contents));
}

bool Trial::greet() {
  const auto form = TypeForm::kLongName;
  if (!say_packet(0, message_contents(version_message(new_nonce()), form))) return false;
  if (!listen([&] { return (heard_.version && heard_.veracks > 0) || adversary_.breach(); }))
    return false;
  return !adversary_.breach() && say_packet(0, message_contents(verack_message(), form));
}

bool Trial::ping(TypeForm form) {
  if (!say_packet(0, message_contents(ping_message(new_nonce()), form))) return false;
  listen([&] { return heard_pong() || adversary_.breach(); });
  return heard_pong();
}

void Trial::say_greeting_and_ping() {
  if (!adversary_.has_keys()) return;
  const auto form = TypeForm::kLongName;
  Bytes all = adversary_.packet(0, message_contents(version_message(new_nonce()), form));
  append(all, adversary_.packet(0, message_contents(verack_message(), form)));
  append(all,
         adversary_.packet(0, message_contents(ping_message(new_nonce()), TypeForm::kShortId)));
  say(all);
}

bool Trial::heard_pong_for(std::uint64_t nonce) const {
  return std::ranges::find(heard_.pongs, nonce) != heard_.pongs.end();
}

// -- What it came to ------------------------------------------------------------------------------

namespace {

std::string_view progress(const Trial& talk) {
  const Heard& heard = talk.heard();
  if (!heard.pongs.empty()) return "after a pong";
  if (heard.version) return "after its version message";
  if (heard.version_packet) return "after its version packet";
  if (talk.adversary().heard_terminator()) return "after its garbage terminator";
  if (talk.adversary().has_keys()) return "after its key";
  return talk.heard_nothing() ? "before any byte" : "within its key";
}

}  // namespace

std::string Trial::standing() const {
  if (!socket_) return "No connection: " + socket_.error() + ".";
  if (adversary_.breach())
    return "The target is wrong: " + std::string(breach_text(*adversary_.breach())) + ".";
  if (heard_.unreadable_version) return "Its version message could not be parsed.";
  const std::string when(progress(*this));
  if (socket_->end() == SocketEnd::kFinished) return "It ended the connection " + when + ".";
  if (socket_->end() == SocketEnd::kReset) return "It reset the connection " + when + ".";
  return "It was silent " + when + ".";
}

Record Trial::record() const {
  Record record;
  if (adversary_.has_keys()) std::ranges::copy(adversary_.heard_key(), record.key.begin());
  record.heard_terminator = adversary_.heard_terminator();
  record.garbage.assign(adversary_.heard_garbage().begin(), adversary_.heard_garbage().end());
  record.breach = adversary_.breach();
  record.heard = heard_;
  record.heard.pongs.clear();
  record.heard.first_bytes.clear();
  return record;
}

}  // namespace veilwire::probe::conformance

#include "veilwire/transport/v2_transport.h"

#include <algorithm>
#include <new>
#include <utility>

#include "veilwire/base/deadline.h"
#include "veilwire/base/secret_marks.h"
#include "veilwire/transport/decoy_budget.h"
#include "veilwire/transport/key_schedule.h"
#include "veilwire/transport/own_process.h"
#include "veilwire/transport/v2_contents.h"
#include "veilwire/transport/v2_receiver.h"
#include "veilwire/transport/v2_sender.h"

namespace veilwire::transport {
namespace {

// What only the handshake needs; freed when it ends.
struct Handshake {
  V2Config config;
  KeySource* keys;
  Entropy* entropy;
  std::optional<crypto::EphemeralKey> key{};  // from the first byte sent to the key exchange
  Bytes garbage{};                            // ours

  std::size_t heap_bytes() const;
};

std::size_t Handshake::heap_bytes() const {
  std::size_t bytes = sizeof(Handshake) + garbage.capacity() + config.version_contents.capacity() +
                      config.decoys_before_version.capacity() * sizeof(Bytes);
  for (const Bytes& decoy : config.decoys_before_version) bytes += decoy.capacity();
  return bytes;
}

bool within_limits(const V2Config& config) {
  const auto fits = [](const Bytes& contents) { return contents.size() <= kMaxContentsBytes; };
  return config.garbage && fits(config.version_contents) &&
         std::ranges::all_of(config.decoys_before_version, fits);
}

}  // namespace

struct V2Transport::State {
  State(Role role_in, V2Config config, KeySource& keys, Entropy& entropy, TimePoint now)
      : role(role_in),
        decoy_limit(config.decoy_limit),
        constructed_at(now),
        handshake_ends_at(deadline_after(now, config.handshake_timeout)),
        traffic_at(now),
        decoy_budget(now),
        receiver(role_in, config.magic),
        handshake(std::make_unique<Handshake>(std::move(config), &keys, &entropy)) {}

  // -- The handshake ------------------------------------------------------------------------------
  void send_key();
  void exchange_keys();
  void log_secret(const Secret<32>& shared_secret) const;
  void send_version(const ConnectionKeys& keys);
  void establish(TimePoint now);

  // -- What arrives -------------------------------------------------------------------------------
  bool takes_bytes(TimePoint now);
  void advance(TimePoint now, ByteView& input);
  void on_arrival(TimePoint now, Arrival arrival);
  void on_decoy(TimePoint now);
  void spend_decoy_budget(TimePoint now);
  void on_message(TimePoint now);

  std::expected<void, PushError> push(TimePoint now, PacketKind kind, ByteView head,
                                      ByteView payload);
  std::size_t memory_bytes() const;
  // What release_idle() would give back.
  std::size_t idle_bytes() const;
  void release_idle();
  void fail(Rule rule);
  // True in a process that was forked since construction; a fault, if there was none.
  bool strayed() {
    if (own_process.is_this()) return false;
    if (!fault) fail(Rule::kUsedAfterFork);
    return true;
  }
  std::optional<Fault> standing_fault() const { return fault ? fault : own_process.fault(); }
  // Runs `step`; where there is no memory for it, that is the fault.
  template <typename Step>
  void guarded(Step&& step);

  OwnProcess own_process;
  Role role;
  DecoyLimit decoy_limit;
  bool paused = false;
  TimePoint constructed_at;
  TimePoint handshake_ends_at;
  TimePoint traffic_at;  // when bytes last came, or something was pushed
  DecoyBudget decoy_budget;
  V2Receiver receiver;
  V2Sender sender;
  std::unique_ptr<Handshake> handshake;  // until Established, or a fault
  Secret<kSessionIdBytes> session_id;
  std::optional<Event> event;
  std::optional<Fault> fault;
  Traffic received;
  std::uint32_t garbage_sent_bytes = 0;
  std::uint64_t dropped = 0;
  std::uint64_t decoy_pauses = 0;
  std::optional<Duration> handshake_duration;
  std::optional<TimePoint> last_message_at;
};

// -- The handshake --------------------------------------------------------------------------------

// BIP 324: key and garbage, in one go. The garbage is drawn first, so that no key is taken where
// the entropy fails.
void V2Transport::State::send_key() {
  if (!within_limits(handshake->config)) return fail(Rule::kBadConfiguration);
  auto garbage = handshake->config.garbage(*handshake->entropy);
  if (!garbage) return fail(Rule::kEntropyFailed);
  if (garbage->size() > kMaxGarbageBytes) return fail(Rule::kBadConfiguration);
  auto key = handshake->keys->take();
  if (!key) return fail(Rule::kEntropyFailed);

  handshake->garbage = std::move(*garbage);
  handshake->key = std::move(*key);
  sender.send_in_clear(handshake->key->ellswift);
  sender.send_in_clear(handshake->garbage);
  garbage_sent_bytes = static_cast<std::uint32_t>(handshake->garbage.size());
}

void V2Transport::State::exchange_keys() {
  const auto initiating =
      role == Role::kInitiator ? crypto::Initiating::kYes : crypto::Initiating::kNo;
  const auto shared_secret =
      crypto::ellswift_shared_secret(*handshake->key, receiver.peer_key(), initiating);
  if (!shared_secret) {
    return fail(shared_secret.error() == crypto::EllSwiftError::kInvalidSecretKey
                    ? Rule::kBadConfiguration
                    : Rule::kEntropyFailed);
  }
  if (handshake->config.key_log) log_secret(*shared_secret);
  handshake->key.reset();

  ConnectionKeys keys = derive_keys(*shared_secret, handshake->config.magic);
  send_version(keys);
  if (role == Role::kInitiator) {
    receiver.set_keys(keys.responder, std::move(keys.responder_terminator));
  } else {
    receiver.set_keys(keys.initiator, std::move(keys.initiator_terminator));
  }
  session_id = std::move(keys.session_id);
}

void V2Transport::State::log_secret(const Secret<32>& shared_secret) const {
  const std::span<const std::uint8_t, kEllSwiftBytes> ours = handshake->key->ellswift;
  const auto theirs = receiver.peer_key();
  const bool initiating = role == Role::kInitiator;
  handshake->config.key_log({.magic = handshake->config.magic,
                             .initiator_ellswift = initiating ? ours : theirs,
                             .responder_ellswift = initiating ? theirs : ours,
                             .shared_secret = shared_secret.span()});
}

// BIP 324: the terminator, any decoys, the version packet; the first packet of these authenticates
// the garbage.
void V2Transport::State::send_version(const ConnectionKeys& keys) {
  const bool initiating = role == Role::kInitiator;
  Secret<kGarbageTerminatorBytes> terminator =
      (initiating ? keys.initiator_terminator : keys.responder_terminator).copy();
  declassify(terminator.data(), terminator.size());
  sender.send_in_clear(terminator.span());

  sender.set_keys(initiating ? keys.initiator : keys.responder);
  ByteView aad = handshake->garbage;
  for (const Bytes& decoy : handshake->config.decoys_before_version) {
    sender.send_handshake_packet(PacketKind::kDecoy, decoy, std::exchange(aad, {}));
  }
  sender.send_handshake_packet(PacketKind::kReal, handshake->config.version_contents, aad);
}

void V2Transport::State::establish(TimePoint now) {
  // Both sides have proved that they have the same.
  declassify(session_id.data(), session_id.size());
  handshake.reset();
  handshake_duration = now - constructed_at;
  sender.open_queue();
  event = Established{.version = Version::kV2, .version_contents = receiver.contents()};
}

// -- What arrives ---------------------------------------------------------------------------------

bool V2Transport::State::takes_bytes(TimePoint now) {
  if (paused && !decoy_budget.is_spent(now)) paused = false;
  return !fault && !event && !paused;
}

void V2Transport::State::advance(TimePoint now, ByteView& input) {
  const std::size_t offered = input.size();
  const auto arrival = receiver.advance(input);
  received.bytes += offered - input.size();
  received.rekeys = receiver.rekeys();
  if (!arrival) return fail(arrival.error());
  // A responder answers the first byte, unless the bytes that came with it give version 1 away.
  if (handshake && sender.is_silent()) send_key();
  if (fault) return;
  if (is_packet(*arrival)) ++received.packets;
  on_arrival(now, *arrival);
}

void V2Transport::State::on_arrival(TimePoint now, Arrival arrival) {
  switch (arrival) {
    case Arrival::kPart:
      return;
    case Arrival::kKey:
      return exchange_keys();
    case Arrival::kTerminator:
      received.garbage_bytes = receiver.garbage_bytes();
      return;
    case Arrival::kDecoy:
      return on_decoy(now);
    case Arrival::kVersionPacket:
      return establish(now);
    case Arrival::kMessage:
      return on_message(now);
  }
}

void V2Transport::State::on_decoy(TimePoint now) {
  ++received.decoys;
  received.decoy_bytes += receiver.packet_bytes();
  // Before the version packet the receiver bounds them.
  if (!handshake) spend_decoy_budget(now);
}

void V2Transport::State::spend_decoy_budget(TimePoint now) {
  if (decoy_limit == DecoyLimit::kOff) return;
  decoy_budget.spend(now, receiver.packet_bytes());
  if (!decoy_budget.is_spent(now)) return;
  if (decoy_limit == DecoyLimit::kFault) return fail(Rule::kTooManyDecoys);
  paused = true;
  ++decoy_pauses;
}

void V2Transport::State::on_message(TimePoint now) {
  const auto message = read_contents(receiver.contents());
  if (!message) {
    ++dropped;
    // It says as little as a decoy, and must not be cheaper.
    return spend_decoy_budget(now);
  }
  ++received.messages;
  last_message_at = now;
  event = *message;
}

// -- The rest -------------------------------------------------------------------------------------

std::expected<void, PushError> V2Transport::State::push(TimePoint now, PacketKind kind,
                                                        ByteView head, ByteView payload) {
  if (strayed() || fault) return std::unexpected(PushError::kFaulted);
  if (head.size() + payload.size() > kMaxContentsBytes) {
    return std::unexpected(PushError::kPayloadTooLong);
  }
  if (sender.is_full()) return std::unexpected(PushError::kQueueFull);
  traffic_at = now;
  guarded([&] { sender.push(kind, head, payload); });
  if (fault) return std::unexpected(PushError::kFaulted);
  return {};
}

std::size_t V2Transport::State::memory_bytes() const {
  return sizeof(State) + receiver.heap_bytes() + sender.heap_bytes() +
         (handshake ? handshake->heap_bytes() : 0);
}

std::size_t V2Transport::State::idle_bytes() const {
  return sender.idle_bytes() + (event ? 0 : receiver.idle_bytes());
}

void V2Transport::State::release_idle() {
  if (!event) receiver.release_idle();
  sender.release_idle();
}

void V2Transport::State::fail(Rule rule) {
  fault = Fault{rule, blame_for(rule)};
  receiver.stop();
  sender.stop();
  if (handshake) session_id.clear();
  handshake.reset();
}

template <typename Step>
void V2Transport::State::guarded(Step&& step) {
  try {
    step();
  } catch (const std::bad_alloc&) {
    fail(Rule::kOutOfMemory);
  }
}

// -- The verbs ------------------------------------------------------------------------------------

V2Transport::V2Transport(Role role, V2Config config, KeySource& keys, Entropy& entropy,
                         TimePoint now)
    : state_(std::make_unique<State>(role, std::move(config), keys, entropy, now)) {
  if (role == Role::kInitiator) state_->guarded([&] { state_->send_key(); });
}

V2Transport::~V2Transport() = default;

std::size_t V2Transport::feed(TimePoint now, ByteView bytes) {
  State& state = *state_;
  if (state.strayed() || !state.takes_bytes(now)) return 0;
  if (!bytes.empty()) state.traffic_at = now;
  ByteView rest = bytes;
  state.guarded([&] {
    state.receiver.forget_packet();
    while (!rest.empty() && state.takes_bytes(now)) state.advance(now, rest);
    if (!state.event) state.receiver.trim();
  });
  return bytes.size() - rest.size();
}

std::expected<void, PushError> V2Transport::push(TimePoint now,
                                                 const protocol::MessageView& message) {
  const ContentsHead head(message.type);
  return state_->push(now, PacketKind::kReal, head.view(), message.payload);
}

std::expected<void, PushError> V2Transport::push_decoy(TimePoint now, ByteView contents) {
  return state_->push(now, PacketKind::kDecoy, {}, contents);
}

std::optional<Event> V2Transport::poll_event() {
  return std::exchange(state_->event, std::nullopt);
}

ByteView V2Transport::bytes_to_send() {
  if (state_->strayed()) return {};
  ByteView bytes;
  state_->guarded([&] { bytes = state_->sender.bytes_to_send(); });
  return bytes;
}

void V2Transport::mark_sent(std::size_t count) { state_->sender.mark_sent(count); }

void V2Transport::on_deadline(TimePoint now) {
  State& state = *state_;
  if (state.strayed() || state.fault) return;
  if (state.handshake && now >= state.handshake_ends_at) {
    return state.fail(Rule::kHandshakeTimeout);
  }
  if (!state.decoy_budget.is_spent(now)) state.paused = false;
  if (now >= state.traffic_at + kIdleRelease) state.release_idle();
}

std::optional<TimePoint> V2Transport::next_deadline() const {
  const State& state = *state_;
  if (state.standing_fault()) return std::nullopt;
  std::optional<TimePoint> next;
  if (state.handshake) next = earlier(next, state.handshake_ends_at);
  if (state.paused) next = earlier(next, state.decoy_budget.ready_at());
  if (state.idle_bytes() != 0) next = earlier(next, state.traffic_at + kIdleRelease);
  return next;
}

bool V2Transport::reading_paused() const { return state_->paused; }

std::optional<Fault> V2Transport::fault() const { return state_->standing_fault(); }

bool V2Transport::has_stopped() const { return state_->fault.has_value(); }

std::size_t V2Transport::unsent_bytes() const { return state_->sender.unsent_bytes(); }

Info V2Transport::info() const {
  const State& state = *state_;
  Info info{
      .version = Version::kV2,
      .role = state.role,
      .session_id = std::nullopt,
      .sent = state.sender.offered(),
      .received = state.received,
      .dropped = state.dropped,
      .decoy_pauses = state.decoy_pauses,
      .handshake_duration = state.handshake_duration,
      .last_message_at = state.last_message_at,
      .unsent_bytes = state.sender.unsent_bytes(),
      .incoming_bytes = state.receiver.incoming_bytes(),
      .memory_bytes = sizeof(*this) + state.memory_bytes(),
  };
  info.sent.garbage_bytes = state.garbage_sent_bytes;
  if (state.handshake_duration) {
    std::ranges::copy(state.session_id.span(), info.session_id.emplace().begin());
  }
  return info;
}

}  // namespace veilwire::transport
